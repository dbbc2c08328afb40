import { called, type RouteDescription } from '../description.ts';
import { repository } from '../examples.ts';
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
          items: [repository],
          next: 'Mg',
        },
      },
    },
  },
  codes: [...called, 'NotFound', 'Unsupported', 'ProviderProtocol', 'RefreshInProgress'],
};
