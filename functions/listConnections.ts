import { listConnections as route } from '../lib/api/requests/listConnections.ts';
import type { ConnectionPage } from '../lib/api/schemas/connection.ts';
import { connections } from '../lib/compose/sealing-vault.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { connectionView, pageView } from '../lib/edge/views.ts';
import { listConnections } from '../lib/vault/vault.ts';

/** GET /connections: the subject's connections, a page at a time. */
export const handler = endpoint(route, async ({ query, caller }) => {
  const page = await listConnections(connections(), caller.partition, query);
  return json<ConnectionPage>(200, pageView(page, connectionView));
});
