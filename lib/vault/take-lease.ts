import { randomUUID } from 'node:crypto';
import { ForgebridgeError } from '../errors.ts';
import { type Lease, leaseState } from '../lease/lease.ts';
import { inProgress, tooLate } from '../lease/patience.ts';
import { persist } from '../lease/persist.ts';
import {
  clockSkew,
  functionLife,
  leaseEffort,
  shortestRefresh,
  tableRest,
} from '../lease/timing.ts';
import type { ConnectionRef } from './connection.ts';
import type { TokenRequest, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import type { HeldRecord, Release } from './store.ts';

/**
 * Steps 2 and 3: the lease, for as long as this invocation can live. Undefined when it is not to be
 * had: somebody else was first, or the connection has changed.
 *
 * @throws ForgebridgeError `RefreshInProgress` when too little time is left to begin,
 * `ProviderUnavailable` when the table could not be reached.
 */
export async function takeLease(
  vault: Vault,
  request: TokenRequest,
  seen: ConnectionRecord,
): Promise<HeldRecord | undefined> {
  if (request.timeLeft() < shortestRefresh) throw tooLate();
  const end = () => vault.now() + Math.min(request.timeLeft(), functionLife);
  const mine = { id: randomUUID(), until: end() };
  const held = await leased(vault, request, seen, mine);
  if (held === undefined || Math.abs(mine.until - end()) < clockSkew) return held;
  // Our clock has jumped meanwhile: whom did we take it from, and until when is it ours? Nobody asks
  // the provider, until it has run out by a clock that is right.
  await leased(vault, request, seen, { ...mine, until: end() });
  throw inProgress();
}

async function leased(
  vault: Vault,
  request: TokenRequest,
  seen: ConnectionRecord,
  lease: Lease,
): Promise<HeldRecord | undefined> {
  const effort = { until: Math.max(shortestRefresh, request.timeLeft() - leaseEffort) };
  const take = () => vault.store.takeLease(seen, lease, vault.now());
  try {
    return await persist(vault, request.timeLeft, take, effort);
  } catch (error) {
    // Nothing has happened yet at the provider, so trying again later is all there is to do.
    const details = { reason: 'lease_not_taken', retryAfter: tableRest };
    throw new ForgebridgeError('ProviderUnavailable', details, error);
  }
}

/**
 * Brings a lease down that no holder can live to, by looking again first: it may have been our clock
 * that was wrong, and the table's answer has set it right.
 */
export async function shortenLease(
  vault: Pick<Vault, 'store' | 'now'>,
  ref: ConnectionRef,
): Promise<void> {
  const seen = await vault.store.read(ref);
  const now = vault.now();
  if (seen === undefined || leaseState(seen.leaseUntil, now) !== 'overlong') return;
  await vault.store.shortenLease(seen, now + functionLife);
}

/** Ends the lease without tokens, so that nobody has to wait for it to run out. */
export async function giveBack(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
  release: Release,
): Promise<void> {
  await persist(vault, request.timeLeft, () => vault.store.release(held, release));
}
