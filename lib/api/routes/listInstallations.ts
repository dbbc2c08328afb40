import { called, type RouteDescription } from '../description.ts';
import { listInstallations as request } from '../requests/listInstallations.ts';
import { installationPage } from '../schemas/installation.ts';

export const listInstallations: RouteDescription = {
  operationId: 'listInstallations',
  function: 'listInstallations',
  request,
  tag: 'installations',
  summary: 'Where the app is installed',
  replies: {
    200: {
      description: 'One page of installations.',
      body: installationPage,
      examples: {
        one: {
          items: [
            {
              id: '3000003',
              account: {
                id: '2000002',
                path: 'example-org',
              },
              repositorySelection: 'all',
              permissions: {
                contents: 'write',
              },
              events: ['push'],
              suspended: false,
              createdAt: '2026-01-15T08:00:00.000Z',
            },
          ],
        },
      },
    },
  },
  codes: [...called, 'NotFound', 'Unsupported', 'ProviderProtocol'],
};
