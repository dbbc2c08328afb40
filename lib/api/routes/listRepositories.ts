import { atProvider, called, type RouteDescription } from '../description.ts';
import { repository } from '../examples.ts';
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
          items: [repository],
          next: 'Mg',
        },
      },
    },
  },
  codes: [...called, ...atProvider],
};
