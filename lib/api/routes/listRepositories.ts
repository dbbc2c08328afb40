import { atProvider, called, type RouteDescription } from '../description.ts';
import { listRepositories as request } from '../requests/listRepositories.ts';
import { repositoryPage } from '../schemas/repository.ts';

export const listRepositories: RouteDescription = {
  operationId: 'listRepositories',
  function: 'listRepositories',
  request,
  tag: 'connections',
  summary: 'The repositories the connection reaches',
  parameters: {
    namespace: 'Only those of this user or organisation; missing means all.',
  },
  replies: {
    200: {
      description: 'One page of repositories.',
      body: repositoryPage,
      examples: {
        one: {
          items: [
            {
              id: '4000004',
              owner: 'example-org',
              name: 'my-service',
              fullName: 'example-org/my-service',
              description: 'Answers requests',
              visibility: 'private',
              webUrl: 'https://git.example.com/example-org/my-service',
              cloneUrls: {
                https: 'https://git.example.com/example-org/my-service.git',
                ssh: 'git@git.example.com:example-org/my-service.git',
              },
              defaultBranch: 'main',
              parent: 'example-org/starter',
              createdAt: '2026-03-02T09:30:04.000Z',
            },
          ],
          next: 'Mg',
        },
      },
    },
  },
  codes: [...called, ...atProvider],
};
