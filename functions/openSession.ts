import { table } from '../lib/aws/dynamodb.ts';
import { preSessionCookie, readCookie, sessionCookie, setCookie } from '../lib/callers/cookies.ts';
import { openLink, sessionLife } from '../lib/callers/sessions.ts';
import { browserEndpoint } from '../lib/edge/browser.ts';
import { redirect } from '../lib/edge/reply.ts';

/** GET /sessions/{code}: starts the session in the browser that asked for it, once. */
export const handler = browserEndpoint(async ({ request, now }) => {
  const { cookie, returnTo } = await openLink(table(), {
    code: request.parameters.code ?? '',
    preSession: readCookie(request.cookies, preSessionCookie),
    now,
  });
  return redirect(returnTo, {
    cookies: [setCookie(sessionCookie, cookie, sessionLife), setCookie(preSessionCookie, '', 0)],
  });
});
