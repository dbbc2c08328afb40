import { digest } from '../storage/keys.ts';
import type { ConnectionRecord } from './record.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Parts of the `due` index, so that no single one takes every write. */
export const dueShards = ['0', '1', '2', '3'] as const;

/** Of a refresh token's life, how much passes before an idle connection is refreshed. */
const idleShare = 0.75;
/** How long a refresh token is taken to live where the provider does not say. */
const assumedRefreshLife = 30 * day;
/** How long nobody must have been handed a token before an idle refresh may replace it. */
const quiet = day;
/** A revocation that cannot be finished in this time is given up, and the tokens deleted. */
const longestRevocation = 7 * day;

type Care = Partial<Pick<ConnectionRecord, 'dueShard' | 'dueAt'>>;
type Lives = Partial<Pick<ConnectionRecord, 'expiresAt' | 'refreshExpiresAt'>>;

/** A connection's place in the `due` index for `dueAt`, epoch milliseconds. */
export function careAt(id: string, dueAt: number): Required<Care> {
  const shard = Buffer.from(digest(id)).readUInt32BE(0) % dueShards.length;
  return { dueShard: dueShards[shard] ?? dueShards[0], dueAt };
}

/**
 * When idle care should look at a connection whose tokens came at `now`; nothing when they do not
 * expire.
 *
 * Nobody writes down when a token was handed out: that would be a write per read. It is not needed.
 * A token handed out after its end would have been refreshed, which brings a new `dueAt`; so from
 * 24 h after `expiresAt` it is certain that nobody was handed this generation for 24 h.
 */
export function nextCare(
  id: string,
  tokens: Lives & { readonly refreshToken?: string },
  now: number,
): Care {
  const { expiresAt, refreshToken } = tokens;
  if (expiresAt === undefined) return {};
  if (refreshToken === undefined) return careAt(id, expiresAt);
  const refreshEnd = tokens.refreshExpiresAt ?? now + assumedRefreshLife;
  const late = now + idleShare * (refreshEnd - now);
  const rested = expiresAt + quiet;
  // A refresh token that ends before the quiet day is over is still kept alive, just earlier.
  return careAt(id, Math.round(rested < refreshEnd ? Math.max(late, rested) : late));
}

/** When a failed or early idle refresh is tried again. */
export function laterCare(now: number, random: number): number {
  return Math.round(now + hour * (1 + random));
}

/** When idle care takes over a revocation that begins at `now`. */
export function firstRevocation(now: number): number {
  return now + minute;
}

/**
 * When the next attempt at a pending revocation is due, after as long again as it has been pending
 * (a minute at least, six hours at most); undefined when it is given up.
 */
export function nextRevocation(tombstonedAt: number, now: number): number | undefined {
  const pending = now - tombstonedAt;
  if (pending > longestRevocation) return undefined;
  return now + Math.min(Math.max(pending, minute), 6 * hour);
}
