import { audit } from '../lib/aws/audit.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { arrivalAt, arrivalCookie, arrivalLife } from '../lib/callers/arrival.ts';
import { preSessionCookie, readCookie, sessionCookie, setCookie } from '../lib/callers/cookies.ts';
import { draftLife } from '../lib/callers/drafts.ts';
import { sessionLife, startSession } from '../lib/callers/sessions.ts';
import { openLink, preSessionLife } from '../lib/callers/sign-in.ts';
import { browserEndpoint } from '../lib/edge/browser.ts';
import { redirect } from '../lib/edge/reply.ts';
import { subjectDigest } from '../lib/storage/keys.ts';

/** GET /sessions/{code}: starts the session in the browser that asked for it, once. */
export const handler = browserEndpoint(async ({ request, now }) => {
  const { link, cookieLeft } = await openLink(table(), {
    code: request.parameters.code ?? '',
    cookie: readCookie(request.cookies, preSessionCookie),
    now,
  });
  const session = await startSession(table(), link, now);
  audit('session started', { subject: subjectDigest(link.partition), outcome: 'done' });
  return redirect(link.returnTo, {
    cookies: [
      // It outlives its session, so that what was typed meanwhile is known to be this person's.
      setCookie(sessionCookie, session, sessionLife + draftLife),
      setCookie(arrivalCookie, arrivalAt(link.returnTo, session), arrivalLife),
      setCookie(preSessionCookie, cookieLeft, cookieLeft === '' ? 0 : preSessionLife),
    ],
  });
});
