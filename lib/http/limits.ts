import { retryAfter } from './outbound.ts';

/**
 * Seconds to wait before asking a host again that said "too many": its `Retry-After`, else the time
 * until its window begins anew (`x-ratelimit-reset` or `ratelimit-reset`, epoch seconds), else 60.
 */
export function limitWait(headers: Headers, now: number): number {
  const asked = retryAfter(headers, now);
  if (asked !== undefined) return asked;
  const reset = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? '';
  if (!/^\d{9,11}$/.test(reset)) return 60;
  return Math.max(1, Math.ceil(Number(reset) - now / 1000));
}

/**
 * Whether a refusal is about a limit. Besides 429 some hosts answer 403, and then either ask for a
 * pause or say that nothing remains of the window.
 */
export function overLimit(status: number, headers: Headers): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
}
