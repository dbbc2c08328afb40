import { table } from '../lib/runtime/aws.ts';
import { browserEndpoint } from '../lib/runtime/browser.ts';
import { preSessionCookie, readCookie, sessionCookie, setCookie } from '../lib/runtime/cookies.ts';
import { redirect } from '../lib/runtime/reply.ts';
import { openLink, sessionLife } from '../lib/runtime/sessions.ts';

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
