import { isForgebridgeError } from '../errors.ts';
import { type ConnectionRef, connectionPrefix, remnantPrefix } from './connection.ts';
import { type DisconnectRequest, type DisconnectVault, tombstoned } from './disconnect.ts';
import type { ConnectionRecord } from './record.ts';
import { finishRevocation } from './revocation.ts';
import { firstRevocation, nextRevocation } from './schedule.ts';

const pageSize = 50;
/** Connections that are ended or revoked at a time. */
const atOnce = 10;
/** Milliseconds that another page is begun with at least: a host is given five seconds to revoke. */
const shortestPage = 8_000;

/** What became of a subject's connections in one go. */
export interface Erased {
  /** Deleted, their tokens revoked or given up. */
  readonly removed: number;
  /** Ended here, and waiting for their host. */
  readonly pending: number;
  /** When the first of those is to be tried again, in epoch milliseconds. */
  readonly dueAt?: number;
  /** False when time ran out: there is more to look at. */
  readonly whole: boolean;
}

/**
 * Ends all connections of a subject, without asking a host, so that none works any more. False when
 * time ran out; asking again goes on.
 */
export async function closeConnections(
  vault: DisconnectVault,
  partition: string,
  { timeLeft }: Pick<DisconnectRequest, 'timeLeft'>,
): Promise<boolean> {
  for await (const page of pagesOf(vault, partition, connectionPrefix)) {
    const living = page.filter(({ record }) => record?.status !== 'revoked');
    await inGroups(living, ({ ref }) => ended(vault, ref));
    if (timeLeft() < shortestPage) return false;
  }
  return true;
}

/**
 * Revokes and deletes a subject's connections and what is left of earlier ones. One whose host cannot be
 * asked now waits, more and more rarely, and is given up after a week. What cannot be read at all is
 * deleted as it stands.
 */
export async function eraseConnections(
  vault: DisconnectVault,
  partition: string,
  request: DisconnectRequest,
): Promise<Erased> {
  const done = { removed: 0, pending: 0, dueAt: Number.POSITIVE_INFINITY };
  let whole = true;
  for (const prefix of [connectionPrefix, remnantPrefix]) {
    for await (const page of pagesOf(vault, partition, prefix)) {
      if (request.timeLeft() < shortestPage) whole = false;
      if (!whole) break;
      await inGroups(page, async ({ ref, record }) => {
        const waitsUntil = await eraseOne(vault, ref, record, request);
        if (waitsUntil === undefined) done.removed += 1;
        else {
          done.pending += 1;
          done.dueAt = Math.min(done.dueAt, waitsUntil);
        }
      });
    }
  }
  const { removed, pending, dueAt } = done;
  return { removed, pending, ...(pending === 0 ? {} : { dueAt }), whole };
}

/** When it is to be tried again; undefined once it is deleted. */
async function eraseOne(
  vault: DisconnectVault,
  ref: ConnectionRef,
  found: ConnectionRecord | undefined,
  request: DisconnectRequest,
): Promise<number | undefined> {
  const tombstone = found?.status === 'revoked' ? found : await ended(vault, ref);
  if (tombstone === undefined) {
    if (found === undefined) await vault.store.discard(ref);
    return undefined;
  }
  const { dueAt = 0, updatedAt } = tombstone;
  const isFirst = dueAt === firstRevocation(updatedAt);
  const now = vault.now();
  if (!isFirst && dueAt > now) return dueAt;
  if (request.timeLeft() < shortestPage / 2) return now;
  if (await finishRevocation(vault, tombstone, request)) return undefined;
  const next = nextRevocation(updatedAt, vault.now());
  if (next === undefined) {
    await vault.store.remove(tombstone);
    vault.count('revocation_abandoned');
    return undefined;
  }
  await vault.store.postpone({ ref, dueAt }, next);
  return next;
}

/** The tombstone; undefined for what is gone, or cannot be read. */
async function ended(
  vault: DisconnectVault,
  ref: ConnectionRef,
): Promise<ConnectionRecord | undefined> {
  try {
    return await tombstoned(vault, ref);
  } catch (error) {
    if (isForgebridgeError(error, 'Misconfigured')) return undefined;
    throw error;
  }
}

interface Entry {
  readonly ref: ConnectionRef;
  /** Missing for what cannot be read. */
  readonly record?: ConnectionRecord;
}

async function* pagesOf(
  vault: DisconnectVault,
  partition: string,
  prefix: string,
): AsyncGenerator<readonly Entry[]> {
  let after: string | undefined;
  do {
    const { entries, next } = await vault.store.entries(partition, prefix, pageSize, after);
    yield entries;
    after = next;
  } while (after !== undefined);
}

async function inGroups<T>(all: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += atOnce) {
    await Promise.all(all.slice(at, at + atOnce).map(act));
  }
}
