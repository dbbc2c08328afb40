import { randomBytes } from 'node:crypto';
import { config } from '../aws/configuration.ts';
import { table } from '../aws/dynamodb.ts';
import { attempted } from '../callers/attempts.ts';
import { preSessionCookie, readCookie, sessionCookie, setCookie } from '../callers/cookies.ts';
import { findSession, type Session } from '../callers/sessions.ts';
import { beginSignIn, preSessionLife } from '../callers/sign-in.ts';
import { ForgebridgeError } from '../errors.ts';
import { type Language, languageOf, textsIn } from '../page/language.ts';
import { type Markup, type PageParts, page, personNamed } from '../page/layout.ts';
import { type Problem, problemContent, whatHappened } from '../page/problem.ts';
import { sessionEnded, signedOut } from '../page/stops.ts';
import { defined } from '../primitives/defined.ts';
import { type Call, publicEndpoint } from './endpoint.ts';
import { html, type Reply, redirect } from './reply.ts';
import type { HttpRequest } from './request.ts';

/** A route that a person's browser opens: its failures are pages in that person's language. */
export function browserEndpoint(act: (call: Call) => Promise<Reply>) {
  return publicEndpoint(act, (error, call) => failurePage(call, error));
}

/** A failure as a whole page. `ways` are links that lead on from it. */
export function failurePage(
  { request, invocation }: Call,
  error: unknown,
  parts: { readonly ways?: Markup; readonly session?: Session } = {},
): Reply {
  const known = error instanceof ForgebridgeError ? error : new ForgebridgeError('InternalError');
  const language = languageIn(request);
  const problem = problemOf(known);
  const { ways, session } = parts;
  return showPage(
    request,
    problemContent(problem, language, { reference: invocation.requestId, ...defined({ ways }) }),
    { status: known.status, title: whatHappened(problem, language), ...defined({ session }) },
  );
}

/** What a page tells of an error. */
export function problemOf(error: ForgebridgeError): Problem {
  return { ...error.details, code: error.code };
}

export function languageIn(request: HttpRequest): Language {
  return languageOf(request.header('accept-language'));
}

interface PageOptions extends Pick<PageParts, 'title' | 'refresh'> {
  readonly status?: number;
  /** Whose page it is. */
  readonly session?: Session;
  readonly cookies?: readonly string[];
}

/** `content` as a whole page, in the browser's language and the operator's colours. */
export function showPage(
  request: HttpRequest,
  content: Markup,
  { status = 200, session, cookies, ...parts }: PageOptions = {},
): Reply {
  const nonce = randomBytes(16).toString('base64url');
  const { body, headers } = page(languageIn(request), content, {
    nonce,
    look: config().look,
    ...parts,
    ...(session === undefined ? {} : personNamed(session.label)),
  });
  // Under `no-referrer` browsers hide the `Origin` of a form that posts, too.
  const policy = session === undefined ? {} : { 'referrer-policy': 'same-origin' };
  return html(status, body, { headers: { ...headers, ...policy }, ...defined({ cookies }) });
}

/** The browser's session, or undefined. */
export function browserSession(request: HttpRequest, now: number): Promise<Session | undefined> {
  const cookie = readCookie(request.cookies, sessionCookie);
  return findSession(attempted(table(), request.address, now), cookie, now);
}

/** The session ended while somebody was at work: a page of ours says so, and leads on to `again`. */
export function sessionEndedPage(
  request: HttpRequest,
  again: string,
  cookies?: readonly string[],
): Reply {
  const language = languageIn(request);
  return showPage(request, sessionEnded(language, again), {
    title: textsIn(language).sessionEnded,
    ...defined({ cookies }),
  });
}

/** The session is over because the person wanted it to be. */
export function signedOutPage(request: HttpRequest, cookies: readonly string[]): Reply {
  const language = languageIn(request);
  const title = textsIn(language).signedOut;
  return showPage(request, signedOut(language), { title, cookies });
}

/**
 * Sends a browser without a session to the product's login. It takes along a request of its own, to be
 * answered once; what proves it, the pre-session cookie, stays here.
 *
 * @throws ForgebridgeError `NotFound` when no login URL is configured: there are no pages then.
 */
export function toLogin(request: HttpRequest, returnTo: string): Reply {
  const { loginUrl } = config();
  if (loginUrl === undefined) {
    throw new ForgebridgeError('NotFound', {
      reason: 'login_url_missing',
      remedy: 'Set LOGIN_URL and deploy again.',
    });
  }
  const signIn = beginSignIn(readCookie(request.cookies, preSessionCookie));
  const url = new URL(loginUrl);
  url.searchParams.set('request', signIn.request);
  url.searchParams.set('returnTo', returnTo);
  return redirect(url.href, {
    cookies: [setCookie(preSessionCookie, signIn.cookie, preSessionLife)],
  });
}

/** Whether another site sent the browser here, as the browser says. */
export function isCrossSite(request: HttpRequest): boolean {
  return request.header('sec-fetch-site') === 'cross-site';
}

/** Whether the browser opens a page with this, in a window: no picture, frame or script's request. */
export function isNavigation(request: HttpRequest): boolean {
  const said = request.header('sec-fetch-dest');
  return said === undefined || said === 'document';
}
