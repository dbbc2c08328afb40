import { secretHash } from './cookies.ts';

/**
 * Set where a session starts, for the address that the product sent the browser on to. A browser that
 * is led here by the product's own handshake need not be asked whether it means to come.
 */
export const arrivalCookie = '__Host-forgebridge-arrival';
/** Seconds: the browser follows at once. */
export const arrivalLife = 60;

/** What the cookie says: this session, at this address of ours, and nothing else. */
export function arrivalAt(url: string, session: string): string {
  const { pathname, searchParams } = new URL(url);
  return secretHash(`${session} ${pathname}?${searchParams}`);
}
