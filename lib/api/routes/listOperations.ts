import { called, type RouteDescription } from '../description.ts';
import { succeededOperation } from '../examples.ts';
import { listOperations as request } from '../requests/listOperations.ts';
import { operationPage } from '../schemas/operation.ts';

export const listOperations: RouteDescription = {
  operationId: 'listOperations',
  function: 'listOperations',
  request,
  tag: 'operations',
  summary: "The user's operations, newest first",
  replies: {
    200: {
      description: 'One page of operations.',
      body: operationPage,
      examples: { one: { items: [succeededOperation], next: 'b3BlcmF0aW9uLTE' } },
    },
  },
  codes: [...called],
};
