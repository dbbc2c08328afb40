import { connections } from '../lib/runtime/connections.ts';
import { endpoint } from '../lib/runtime/endpoint.ts';
import { json } from '../lib/runtime/reply.ts';
import { connectionView, pageOf, pageView } from '../lib/runtime/views.ts';
import { listConnections } from '../lib/vault/vault.ts';

/** GET /connections: the subject's connections, a page at a time. */
export const handler = endpoint('connections:read', async ({ request, caller }) => {
  const page = await listConnections(connections(), caller.partition, pageOf(request));
  return json(200, pageView(page, connectionView));
});
