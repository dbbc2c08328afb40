import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { ConnectionRef } from './connection.ts';
import type { Asker, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { finishRevocation } from './revocation.ts';
import { firstRevocation } from './schedule.ts';

/** What ending connections needs: it opens tokens, and seals none. */
export type DisconnectVault = Pick<
  Vault,
  'store' | 'opener' | 'providers' | 'now' | 'timeLimit' | 'audit' | 'count'
>;

/** Who ends it, and the milliseconds left of the invocation. */
export interface DisconnectRequest extends Asker {
  timeLeft(): number;
}

const pageSize = 50;
/** Milliseconds that a revocation is begun with at least. */
const shortestRevocation = 2_000;

/**
 * Ends a connection at once, and its tokens as soon as the provider can be reached: the tombstone
 * comes first, so that the user can always leave; then the revocation, now or by idle care; then
 * the record is deleted.
 *
 * @throws ForgebridgeError `NotFound`.
 */
export async function disconnect(
  vault: DisconnectVault,
  ref: ConnectionRef,
  request: DisconnectRequest,
): Promise<void> {
  const tombstone = await tombstoned(vault, ref);
  if (tombstone === undefined) throw new ForgebridgeError('NotFound');
  await finishRevocation(vault, tombstone, request);
}

/** How many connections were ended: deleted already, or waiting for their provider. */
export interface Erased {
  readonly removed: number;
  readonly pending: number;
}

/**
 * Ends all connections of a subject. All are tombstoned before the first provider is asked, so that
 * none of them works any more however slow the providers are.
 */
export async function eraseConnections(
  vault: DisconnectVault,
  partition: string,
  request: DisconnectRequest,
): Promise<Erased> {
  const tombstones: ConnectionRecord[] = [];
  let after: string | undefined;
  do {
    const page = await vault.store.page(partition, {
      limit: pageSize,
      ...defined({ after }),
    });
    for (const record of page.records) {
      const tombstone = await tombstoned(vault, record);
      if (tombstone !== undefined) tombstones.push(tombstone);
    }
    after = page.next;
  } while (after !== undefined);
  tombstones.push(...(await vault.store.remnants(partition)));

  let removed = 0;
  for (const tombstone of tombstones) {
    if (request.timeLeft() < shortestRevocation) break;
    if (await finishRevocation(vault, tombstone, request)) removed += 1;
  }
  return { removed, pending: tombstones.length - removed };
}

async function tombstoned(
  vault: DisconnectVault,
  ref: ConnectionRef,
): Promise<ConnectionRecord | undefined> {
  for (;;) {
    const now = vault.now();
    const written = await vault.store.tombstone(ref, now, firstRevocation(now));
    if (written !== undefined) return written;
    const current = await vault.store.read(ref);
    // It was one already, or this was our own write, repeated. Else the user has just reconnected.
    if (current === undefined || current.status === 'revoked') return current;
  }
}
