import { clockSkew, functionLife, longestCooldown } from './timing.ts';

/** The exclusive right to ask a host for the next tokens, for as long as its holder can live. */
export interface Lease {
  /** Random; the holder's alone. */
  readonly id: string;
  /** When the holder is certainly dead, by its own clock. Epoch milliseconds. */
  readonly until: number;
}

/**
 * What a lease on a record says at `now`. `overlong`: no holder lives until then, so its clock was
 * ahead of ours; it may live all the same.
 */
export function leaseState(until: number | undefined, now: number): 'free' | 'held' | 'overlong' {
  if (until === undefined || until < now - clockSkew) return 'free';
  return until > latestEnd(now) ? 'overlong' : 'held';
}

/** No lease that was taken by `now` ends later, by any two clocks. */
export function latestEnd(now: number): number {
  return now + functionLife + clockSkew;
}

/** Milliseconds until the host may be asked again. A rest that no host can have asked for is none. */
export function restLeft(nextTryAt: number | undefined, now: number): number {
  const left = (nextTryAt ?? now) - now;
  return left > longestCooldown + clockSkew ? 0 : Math.max(0, left);
}
