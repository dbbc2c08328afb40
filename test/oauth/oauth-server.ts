import { CookieJar } from 'tough-cookie';

export const providerId = 'gitlab-real';
export const clientId = 'forgebridge';
export const clientSecret = 'a-client-secret-of-some-length';
export const redirectUri = `https://bridge.example/callback/${providerId}`;
/** Who signs in there. */
export const person = { id: 42, username: 'ada', name: 'Ada' };

/** An OAuth server that nobody here wrote, at the addresses that GitLab uses. */
export interface OAuthServer {
  readonly url: string;
  /** Its callback carries `iss` (RFC 9207). */
  readonly sendsIssuer: boolean;
  /** A spent refresh token that comes again ends all that came of the same consent. */
  readonly reuseEndsConsent: boolean;
  /** How many requests its token endpoint got. */
  tokenRequests(): number;
  /** A person opens the authorize page, signs in and agrees: the callback's URL. */
  agree(authorizeUrl: string): Promise<URL>;
  stop(): Promise<void>;
}

/** Follows a server's redirects, cookies kept, up to the callback. */
export async function agreeAt(authorizeUrl: string): Promise<URL> {
  const jar = new CookieJar();
  let at = authorizeUrl;
  while (!at.startsWith(redirectUri)) {
    const cookie = await jar.getCookieString(at);
    const response = await fetch(at, { headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) await jar.setCookie(line, at);
    const next = response.headers.get('location');
    if (next === null) throw new Error(`${response.status} instead of a redirect`);
    at = new URL(next, at).href;
  }
  return new URL(at);
}
