import { table } from '../lib/aws/dynamodb.ts';
import { requireOwnOrigin } from '../lib/callers/authenticate.ts';
import { readCookie, sessionCookie, setCookie } from '../lib/callers/cookies.ts';
import { endSession } from '../lib/callers/sessions.ts';
import { publicEndpoint } from '../lib/edge/endpoint.ts';
import { empty } from '../lib/edge/reply.ts';

/** DELETE /sessions/current: signs this browser out. */
export const handler = publicEndpoint(async ({ request }) => {
  requireOwnOrigin(request);
  const cookie = readCookie(request.cookies, sessionCookie);
  if (cookie !== undefined) await endSession(table(), cookie);
  return empty(204, { cookies: [setCookie(sessionCookie, '', 0)] });
});
