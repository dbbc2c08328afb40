import { connections } from '../lib/runtime/connections.ts';
import { endpoint } from '../lib/runtime/endpoint.ts';
import { json } from '../lib/runtime/reply.ts';
import { connectionRef, connectionView } from '../lib/runtime/views.ts';
import { getConnection } from '../lib/vault/vault.ts';

/** GET /connections/{id}: one connection and its state. */
export const handler = endpoint('connections:read', async ({ request, caller }) => {
  const connection = await getConnection(connections(), connectionRef(caller, request));
  return json(200, connectionView(connection));
});
