import { randomBytes } from 'node:crypto';
import { config } from '../aws/configuration.ts';
import { table } from '../aws/dynamodb.ts';
import { preSessionCookie, readCookie, sessionCookie, setCookie } from '../callers/cookies.ts';
import { findSession, type Session } from '../callers/sessions.ts';
import { beginSignIn, preSessionLife } from '../callers/sign-in.ts';
import { ForgebridgeError } from '../errors.ts';
import { languageOf } from '../page/language.ts';
import { type Markup, page } from '../page/layout.ts';
import { problemContent } from '../page/problem.ts';
import { defined } from '../primitives/defined.ts';
import { type Call, publicEndpoint } from './endpoint.ts';
import { html, type Reply, redirect } from './reply.ts';
import { type HttpRequest, pathAndQuery } from './request.ts';

/** A route that a person's browser opens: its failures are pages in that person's language. */
export function browserEndpoint(act: (call: Call) => Promise<Reply>) {
  return publicEndpoint(act, (error, { request, invocation }) => {
    const known = error instanceof ForgebridgeError ? error : new ForgebridgeError('InternalError');
    const content = problemContent(known, languageOf(request.header('accept-language')), {
      requestId: invocation.requestId,
      again: pathAndQuery(request),
    });
    return showPage(request, content, { status: known.status });
  });
}

interface PageOptions {
  readonly status?: number;
  /** Seconds until the page is to be loaded again. */
  readonly refresh?: number;
  /** Whose page it is, as the product calls the person. */
  readonly person?: string;
  /** The page has a form that posts: under `no-referrer` browsers hide its `Origin` too. */
  readonly posts?: boolean;
}

/** `content` as a whole page, in the browser's language. */
export function showPage(
  request: HttpRequest,
  content: Markup,
  { status = 200, refresh, person, posts = false }: PageOptions = {},
): Reply {
  const nonce = randomBytes(16).toString('base64url');
  const language = languageOf(request.header('accept-language'));
  const { body, headers } = page(language, content, {
    nonce,
    ...defined({ refresh, person }),
  });
  const policy = posts ? { 'referrer-policy': 'same-origin' } : {};
  return html(status, body, { headers: { ...headers, ...policy } });
}

/** The browser's session, or undefined. */
export function browserSession(request: HttpRequest, now: number): Promise<Session | undefined> {
  return findSession(table(), readCookie(request.cookies, sessionCookie), now);
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

/** @throws ForgebridgeError `StateMismatch` without a session: whoever comes back here began with one. */
export async function requireSession(request: HttpRequest, now: number): Promise<Session> {
  const session = await browserSession(request, now);
  if (session === undefined) throw new ForgebridgeError('StateMismatch');
  return session;
}

/**
 * Another site may link here, but not act: the person is shown a page of ours with the same link.
 *
 * @throws ForgebridgeError `Forbidden`, `reason: 'cross_site'`.
 */
export function refuseCrossSite(request: HttpRequest): void {
  if (request.header('sec-fetch-site') === 'cross-site') {
    throw new ForgebridgeError('Forbidden', { reason: 'cross_site' });
  }
}
