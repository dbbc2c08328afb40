import { called, type RouteDescription } from '../description.ts';
import { deleteConnection as request } from '../requests/deleteConnection.ts';

export const deleteConnection: RouteDescription = {
  operationId: 'deleteConnection',
  function: 'deleteConnection',
  request,
  tag: 'connections',
  summary: 'Disconnect',
  description:
    'The connection is ended at once, also while the provider is down, and shows as `revoked` until its tokens are revoked there.',
  replies: { 204: { description: 'Disconnected.' } },
  codes: [...called, 'NotFound'],
};
