import { deleteConnection as route } from '../lib/api/requests/deleteConnection.ts';
import { deleteConnectionByForm } from '../lib/api/requests/deleteConnectionByForm.ts';
import { requireOwnOrigin, type SubjectCaller } from '../lib/callers/authenticate.ts';
import { vault } from '../lib/compose/opening-vault.ts';
import { browserEndpoint, browserSession, sessionEndedPage } from '../lib/edge/browser.ts';
import { byRoute, type Call, endpoint, withAudit } from '../lib/edge/endpoint.ts';
import { connectionsWithin } from '../lib/edge/reach.ts';
import { empty, redirect } from '../lib/edge/reply.ts';
import { inputsOf } from '../lib/edge/request.ts';
import { connectionRef } from '../lib/edge/views.ts';
import type { ConnectionRef } from '../lib/vault/connection.ts';
import { disconnect } from '../lib/vault/vault.ts';

/** Ends the connection, within what the caller may reach. */
function end({ invocation }: Call, caller: SubjectCaller, ref: ConnectionRef): Promise<void> {
  return disconnect(connectionsWithin(caller, vault(invocation)), ref, {
    caller: caller.name,
    purpose: 'disconnect',
    timeLeft: invocation.timeLeft,
  });
}

/**
 * DELETE /connections/{id} and, as a form, POST /connections/{id}/disconnect: ends the connection here at
 * once and revokes its tokens there.
 */
export const handler = byRoute([
  [
    route,
    endpoint(route, async (call) => {
      await end(call, call.caller, connectionRef(call.caller, call.parameters));
      return empty(204);
    }),
  ],
  [
    deleteConnectionByForm,
    browserEndpoint((call) =>
      withAudit(route.scope, async () => {
        requireOwnOrigin(call.request);
        const session = await browserSession(call.request, call.now);
        if (session === undefined) return sessionEndedPage(call.request, '/');
        const { parameters } = inputsOf(deleteConnectionByForm, call.request);
        const caller = { name: 'session', partition: session.partition };
        await end(call, caller, connectionRef(caller, parameters));
        return redirect('/');
      }),
    ),
  ],
]);
