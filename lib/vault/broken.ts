import { ForgebridgeError } from '../errors.ts';
import { persist } from '../lease/persist.ts';
import type { Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { sameGeneration } from './record.ts';

/**
 * Remembers that only a new consent helps, so that the provider is not asked again. False when the
 * record has moved on: a newer generation, a new consent, a disconnect.
 */
export async function breakConnection(
  vault: Pick<Vault, 'store' | 'now' | 'random' | 'sleep' | 'count'>,
  { timeLeft }: { timeLeft(): number },
  record: ConnectionRecord,
  reason: string,
): Promise<boolean> {
  const marked = await persist(vault, timeLeft, async () => {
    if (await vault.store.markBroken(record, reason, vault.now())) return true;
    // The condition also fails on our own write, when its reply was lost and it was repeated.
    const current = await vault.store.read(record);
    return (
      current !== undefined &&
      sameGeneration(current, record) &&
      current.status === 'reconnect_required'
    );
  });
  if (marked) vault.count('reconnect_required');
  return marked;
}

/** What a caller is told about a connection that needs a new consent. */
export function reconnectRequired(reason: string): ForgebridgeError {
  return new ForgebridgeError('ReconnectRequired', { reason });
}
