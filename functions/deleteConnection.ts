import { deleteConnection as route } from '../lib/api/requests/deleteConnection.ts';
import { vault } from '../lib/compose/opening-vault.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { connectionsWithin } from '../lib/edge/reach.ts';
import { empty } from '../lib/edge/reply.ts';
import { connectionRef } from '../lib/edge/views.ts';
import { disconnect } from '../lib/vault/vault.ts';

/** DELETE /connections/{id}: ends the connection here at once and revokes its tokens there. */
export const handler = endpoint(route, async ({ parameters, invocation, caller }) => {
  await disconnect(
    connectionsWithin(caller, vault(invocation)),
    connectionRef(caller, parameters),
    {
      caller: caller.name,
      purpose: 'disconnect',
      timeLeft: invocation.timeLeft,
    },
  );
  return empty(204);
});
