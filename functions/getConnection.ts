import { connections } from '../lib/compose/sealing-vault.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { connectionRef, connectionView } from '../lib/edge/views.ts';
import { getConnection } from '../lib/vault/vault.ts';

/** GET /connections/{id}: one connection and its state. */
export const handler = endpoint('connections:read', async ({ request, caller }) => {
  const connection = await getConnection(connections(), connectionRef(caller, request));
  return json(200, connectionView(connection));
});
