import { requireOwnOrigin } from '../lib/runtime/authenticate.ts';
import { table } from '../lib/runtime/aws.ts';
import { readCookie, sessionCookie, setCookie } from '../lib/runtime/cookies.ts';
import { publicEndpoint } from '../lib/runtime/endpoint.ts';
import { empty } from '../lib/runtime/reply.ts';
import { endSession } from '../lib/runtime/sessions.ts';

/** DELETE /sessions/current: signs this browser out. */
export const handler = publicEndpoint(async ({ request }) => {
  requireOwnOrigin(request);
  const cookie = readCookie(request.cookies, sessionCookie);
  if (cookie !== undefined) await endSession(table(), cookie);
  return empty(204, { cookies: [setCookie(sessionCookie, '', 0)] });
});
