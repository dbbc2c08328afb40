import { ForgebridgeError } from '../errors.ts';
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

/** Ends it here: no token is handed out any more. Undefined when there is none. */
export async function tombstoned(
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
