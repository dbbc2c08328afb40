import { connections } from '../lib/compose/sealing-vault.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { connectionView, pageOf, pageView } from '../lib/edge/views.ts';
import { listConnections } from '../lib/vault/vault.ts';

/** GET /connections: the subject's connections, a page at a time. */
export const handler = endpoint('connections:read', async ({ request, caller }) => {
  const page = await listConnections(connections(), caller.partition, pageOf(request));
  return json(200, pageView(page, connectionView));
});
