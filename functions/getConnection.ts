import { getConnection as route } from '../lib/api/requests/getConnection.ts';
import type { Connection } from '../lib/api/schemas/connection.ts';
import { connections } from '../lib/compose/connection-records.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { connectionsWithin } from '../lib/edge/reach.ts';
import { json } from '../lib/edge/reply.ts';
import { connectionRef, connectionView } from '../lib/edge/views.ts';
import { getConnection } from '../lib/vault/vault.ts';

/** GET /connections/{id}: one connection and its state. */
export const handler = endpoint(route, async ({ parameters, caller }) => {
  const connection = await getConnection(
    connectionsWithin(caller, connections()),
    connectionRef(caller, parameters),
  );
  return json<Connection>(200, connectionView(connection));
});
