import type { ConnectionRef } from './connection.ts';
import type { Vault } from './ports.ts';

/**
 * After a backup was restored: a connection that had been refreshed since then came back with a
 * refresh token that is spent, and at some hosts using it ends even newer tokens. So every
 * refreshable connection last changed before `restoredAt` (epoch milliseconds) needs a new consent.
 * Doing it again changes nothing. True when this one was marked.
 */
export async function markRestored(
  vault: Pick<Vault, 'store' | 'now'>,
  ref: ConnectionRef,
  restoredAt: number,
): Promise<boolean> {
  const record = await vault.store.read(ref);
  if (record?.refresh === undefined || record.updatedAt >= restoredAt) return false;
  return vault.store.markBroken(record, 'restored', vault.now());
}
