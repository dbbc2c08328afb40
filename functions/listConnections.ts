import { listConnections as route } from '../lib/api/requests/listConnections.ts';
import type { ConnectionPage } from '../lib/api/schemas/connection.ts';
import { connections } from '../lib/compose/connection-records.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { pageOf } from '../lib/edge/paging.ts';
import { connectionsWithin } from '../lib/edge/reach.ts';
import { json } from '../lib/edge/reply.ts';
import { connectionView } from '../lib/edge/views.ts';
import type { PageRequest } from '../lib/providers/provider.ts';
import { listConnections } from '../lib/vault/vault.ts';

/** GET /connections: the subject's connections, a page at a time. */
export const handler = endpoint(route, async (call) => {
  const list = (page: PageRequest) =>
    listConnections(connectionsWithin(call.caller, connections()), call.caller.partition, page);
  return json<ConnectionPage>(200, await pageOf(call, list, connectionView));
});
