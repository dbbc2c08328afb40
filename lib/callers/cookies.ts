import { createHash, randomBytes } from 'node:crypto';

/**
 * All cookies are `__Host-`: bound to this host, HTTPS only, out of scripts' reach. `Lax` because
 * the browser must bring them when it returns from a provider or from the product's login.
 */
export const sessionCookie = '__Host-forgebridge';
export const preSessionCookie = '__Host-forgebridge-pre';
/** The browser's own secret, under which what was typed is kept: lib/callers/drafts.ts. */
export const draftCookie = '__Host-forgebridge-draft';

/** 256 bits, base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How a cookie or code is known in the table: never by itself. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** A `Set-Cookie` value. `maxAge` in seconds; 0 removes the cookie. */
export function setCookie(name: string, value: string, maxAge: number): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; Secure; SameSite=Lax`;
}

/** The cookie's value, when it has the form of ours and stands there exactly once. */
export function readCookie(cookies: readonly string[], name: string): string | undefined {
  const found = cookies.filter((cookie) => cookie.startsWith(`${name}=`));
  const value = found[0]?.slice(name.length + 1);
  return found.length === 1 && value !== undefined && /^[A-Za-z0-9_.-]{43,175}$/.test(value)
    ? value
    : undefined;
}
