import { always, type RouteDescription } from '../description.ts';
import { providerList } from '../schemas/provider.ts';

export const listProviders: RouteDescription = {
  operationId: 'listProviders',
  function: 'listProviders',
  request: { method: 'GET', path: '/providers' },
  tag: 'connect',
  summary: 'What can be connected',
  description:
    'Every provider that people can connect to here, and what it can do: enough to build a page of your own.',
  replies: {
    200: {
      description: 'All of them, in the order of the configuration.',
      body: providerList,
      examples: {
        one: {
          items: [
            {
              id: 'acme-git',
              kind: 'example',
              name: 'Acme Git',
              webUrl: 'https://git.example.com',
              connectUrl: 'https://connect.example.com/connect/acme-git',
              installUrl: 'https://connect.example.com/install/acme-git',
              abilities: {
                strategies: ['generate', 'fork', 'create'],
                visibilities: ['public', 'private'],
                settings: ['description', 'homepage', 'hasIssues', 'hasWiki', 'ci'],
                forksKeepVisibility: false,
                includeAllBranches: true,
                deleteOnFailure: true,
                installations: true,
                narrowing: true,
              },
            },
          ],
        },
      },
    },
  },
  codes: [...always],
};
