import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { Asker, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { openToken } from './tokens.ts';

/** How long a provider is given to revoke, in milliseconds. */
const revocationTime = 5_000;
/** What is kept for deleting the record. */
const deletionReserve = 1_000;

/**
 * Revokes a tombstone's tokens and deletes it. Only these tokens: another subject may have connected
 * the same account. False when the provider could not be asked now; the tombstone then stays.
 */
export async function finishRevocation(
  vault: Pick<Vault, 'store' | 'opener' | 'providers' | 'timeLimit' | 'audit' | 'count'>,
  tombstone: ConnectionRecord,
  request: Asker & { timeLeft(): number },
): Promise<boolean> {
  try {
    const { revoke } = await vault.providers(tombstone.provider);
    if (revoke !== undefined) {
      const accessToken = await openToken(vault, request, tombstone, 'access');
      const refreshToken = await openToken(vault, request, tombstone, 'refresh');
      const time = Math.min(revocationTime, request.timeLeft() - deletionReserve);
      if (accessToken === undefined || time <= 0) throw new ForgebridgeError('ProviderTimeout');
      await revoke({ accessToken, ...defined({ refreshToken }) }, vault.timeLimit(time));
    }
    await vault.store.remove(tombstone);
    vault.count('revoked');
    return true;
  } catch {
    // Whatever it was, the user has left; idle care tries again.
    vault.count('revocation_pending');
    return false;
  }
}
