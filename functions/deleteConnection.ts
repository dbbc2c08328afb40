import { endpoint } from '../lib/runtime/endpoint.ts';
import { empty } from '../lib/runtime/reply.ts';
import { vault } from '../lib/runtime/vault.ts';
import { connectionRef } from '../lib/runtime/views.ts';
import { disconnect } from '../lib/vault/vault.ts';

/** DELETE /connections/{id}: ends the connection here at once and revokes its tokens there. */
export const handler = endpoint('connections:write', async ({ request, invocation, caller }) => {
  await disconnect(vault(invocation), connectionRef(caller, request), {
    caller: caller.name,
    purpose: 'disconnect',
    timeLeft: invocation.timeLeft,
  });
  return empty(204);
});
