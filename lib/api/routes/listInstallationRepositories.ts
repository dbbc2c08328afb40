import { called, type RouteDescription } from '../description.ts';
import { listInstallationRepositories as request } from '../requests/listInstallationRepositories.ts';
import { repositoryPage } from '../schemas/repository.ts';

export const listInstallationRepositories: RouteDescription = {
  operationId: 'listInstallationRepositories',
  function: 'listInstallationRepositories',
  request,
  tag: 'installations',
  summary: 'The repositories an installation reaches',
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
  codes: [...called, 'NotFound', 'Unsupported', 'ProviderProtocol', 'RefreshInProgress'],
};
