import { atProvider, called, type RouteDescription } from '../description.ts';
import { listNamespaces as request } from '../requests/listNamespaces.ts';
import { namespacePage } from '../schemas/repository.ts';

export const listNamespaces: RouteDescription = {
  operationId: 'listNamespaces',
  function: 'listNamespaces',
  request,
  tag: 'connections',
  summary: 'Where the user can create repositories',
  replies: {
    200: {
      description: 'One page of namespaces.',
      body: namespacePage,
      examples: {
        two: {
          items: [
            {
              id: '1000001',
              path: 'example-user',
              name: 'example-user',
              kind: 'user',
            },
            {
              id: '2000002',
              path: 'example-org',
              name: 'Example',
              kind: 'organization',
            },
          ],
        },
      },
    },
  },
  codes: [...called, ...atProvider],
};
