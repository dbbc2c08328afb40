import { closeSession } from '../lib/api/requests/closeSession.ts';
import { closeSessionByForm } from '../lib/api/requests/closeSessionByForm.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { requireOwnOrigin } from '../lib/callers/authenticate.ts';
import { draftCookie, readCookie, sessionCookie, setCookie } from '../lib/callers/cookies.ts';
import { endSession } from '../lib/callers/sessions.ts';
import { browserEndpoint, signedOutPage } from '../lib/edge/browser.ts';
import { byRoute, type Call, publicEndpoint } from '../lib/edge/endpoint.ts';
import { empty } from '../lib/edge/reply.ts';

/** Ends the session of this browser; answers what takes its cookies away. */
async function end({ request }: Call): Promise<readonly string[]> {
  requireOwnOrigin(request);
  const cookie = readCookie(request.cookies, sessionCookie);
  if (cookie !== undefined) await endSession(table(), cookie);
  return [setCookie(sessionCookie, '', 0), setCookie(draftCookie, '', 0)];
}

/** DELETE /sessions/current and, as a form, POST /sign-out: signs this browser out. */
export const handler = byRoute([
  [closeSession, publicEndpoint(async (call) => empty(204, { cookies: await end(call) }))],
  [
    closeSessionByForm,
    browserEndpoint(async (call) => signedOutPage(call.request, await end(call))),
  ],
]);
