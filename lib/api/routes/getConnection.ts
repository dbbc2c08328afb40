import { called, type RouteDescription } from '../description.ts';
import { activeConnection, brokenConnection } from '../examples.ts';
import { getConnection as request } from '../requests/getConnection.ts';
import { connection } from '../schemas/connection.ts';

export const getConnection: RouteDescription = {
  operationId: 'getConnection',
  function: 'getConnection',
  request,
  tag: 'connections',
  summary: 'One connection',
  replies: {
    200: {
      description: 'The connection.',
      body: connection,
      examples: { active: activeConnection, broken: brokenConnection },
    },
  },
  codes: [...called, 'NotFound'],
};
