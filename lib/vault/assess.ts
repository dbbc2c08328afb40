import { leaseState, restLeft } from '../lease/lease.ts';
import { clockSkew, settling } from '../lease/timing.ts';
import type { Provider } from '../providers/provider.ts';
import type { ConnectionRecord } from './record.ts';

/** How long before its end an access token is replaced, in milliseconds. */
const margin: Readonly<Record<Provider['rotation'], number>> = {
  // A refresh kills the token that others hold, so it comes as late as is safe.
  'kills-access': 60_000,
  // It harms nobody, so it comes early enough for long jobs.
  overlaps: 600_000,
};

/** What is to be done for somebody who asks for the token of a connection. */
export type Decision =
  /** The stored token is good. */
  | { readonly action: 'hand-out' }
  /** Somebody is refreshing. */
  | { readonly action: 'wait' }
  /** Somebody is refreshing, whose clock is far ahead: the lease must be brought down first. */
  | { readonly action: 'shorten' }
  /** `usable`: the stored token is still good, should the refresh fail. */
  | { readonly action: 'refresh'; readonly usable: boolean }
  /** The last refresh failed a moment ago; milliseconds until the next may begin. */
  | { readonly action: 'cool-down'; readonly wait: number }
  /** A caller met a 401 with a token that is new, or cannot be refreshed: ask the provider itself. */
  | { readonly action: 'verify' }
  /** The token has ended and cannot be refreshed. */
  | { readonly action: 'expire' }
  /** Only a new consent helps. */
  | { readonly action: 'refuse'; readonly reason: string };

/**
 * Step 1: what one look at the record says.
 *
 * A lease on the record, live or left behind by a crash, means that the provider may have replaced
 * the tokens. Under `kills-access` the stored access token is then in doubt and is not handed out.
 */
export function assess(
  record: ConnectionRecord,
  provider: Pick<Provider, 'rotation' | 'refresh'>,
  rejectedGeneration: number | undefined,
  now: number,
): Decision {
  if (record.status !== 'active') return { action: 'refuse', reason: record.reason ?? 'revoked' };

  const left = (record.expiresAt ?? Number.POSITIVE_INFINITY) - now;
  const inDoubt = provider.rotation === 'kills-access' && record.leaseUntil !== undefined;
  const rejected = rejectedGeneration === record.gen;
  const usable = left > clockSkew && !rejected && !inDoubt;
  if (usable && left > marginOf(record, provider)) return { action: 'hand-out' };

  const decision = whenStale(record, provider, now);
  // Under `kills-access` a token whose refresh is under way is in doubt: its callers do wait.
  if (decision.action === 'refresh') {
    if (rejected && !inDoubt && isNew(record, now)) return { action: 'verify' };
    return { ...decision, usable };
  }
  if (usable) return { action: 'hand-out' };
  return decision.action === 'expire' && left > clockSkew ? { action: 'verify' } : decision;
}

/** Whether there is anything to refresh with. */
export function isRefreshable(
  { refresh }: Pick<ConnectionRecord, 'refresh'>,
  provider: Pick<Provider, 'refresh'>,
): boolean {
  return refresh !== undefined && provider.refresh !== undefined;
}

/** Whether a host may not know this generation everywhere yet, by any clock. */
export function isNew({ issuedAt }: ConnectionRecord, now: number): boolean {
  return Math.abs(now - issuedAt) < settling;
}

/** What the record calls for when its token will not do. */
function whenStale(
  record: ConnectionRecord,
  provider: Pick<Provider, 'refresh'>,
  now: number,
): Decision {
  if (!isRefreshable(record, provider)) return { action: 'expire' };
  const lease = leaseState(record.leaseUntil, now);
  if (lease !== 'free') return { action: lease === 'held' ? 'wait' : 'shorten' };
  const wait = restLeft(record.nextTryAt, now);
  if (wait > 0) return { action: 'cool-down', wait };
  return { action: 'refresh', usable: false };
}

/** Never more than half of the token's life, or a short-lived token would be refreshed at every use. */
function marginOf(record: ConnectionRecord, { rotation }: Pick<Provider, 'rotation'>): number {
  const life = (record.expiresAt ?? Number.POSITIVE_INFINITY) - record.issuedAt;
  return Math.min(margin[rotation], life / 2);
}
