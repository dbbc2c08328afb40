import { called, type RouteDescription } from '../description.ts';
import { activeConnection } from '../examples.ts';
import { listConnections as request } from '../requests/listConnections.ts';
import { connectionPage } from '../schemas/connection.ts';

export const listConnections: RouteDescription = {
  operationId: 'listConnections',
  function: 'listConnections',
  request,
  tag: 'connections',
  summary: "The user's connections",
  replies: {
    200: {
      description: 'One page of connections.',
      body: connectionPage,
      examples: { one: { items: [activeConnection] } },
    },
  },
  codes: [...called],
};
