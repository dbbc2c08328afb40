import { defined } from '../primitives/defined.ts';
import { vouchesForAll } from '../sealing/form.ts';
import type { SealKey } from '../sealing/key-ring.ts';
import { isSealedBy, type Place } from '../sealing/sealing.ts';
import type { ConnectionRef } from './connection.ts';
import type { Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { newVouch } from './tampering.ts';
import { opened, placeOf } from './vouched.ts';

type KeyInUse = Pick<SealKey, 'kid' | 'form'>;

/**
 * Brings one connection's tokens under the key that seals now, and into its form. False when it was
 * not to be done: they are so already, or have just been replaced or ended, or the connection is gone.
 *
 * @throws ForgebridgeError `Misconfigured` for a record that was tampered with, or whose key is lost.
 */
export async function reseal(
  vault: Pick<Vault, 'store' | 'sealer' | 'opener' | 'count'>,
  ref: ConnectionRef,
  key: KeyInUse,
): Promise<boolean> {
  const record = await vault.store.read(ref);
  if (record === undefined || isSealedWith(record, key)) return false;
  const seal = await vault.sealer.ready();
  const vouched = vouchFor(record);
  const again = async (field: Place['field']) => {
    const token = await opened(vault, record, field);
    return token === undefined ? undefined : seal(token, placeOf({ ...record, ...vouched }, field));
  };
  const access = (await again('access')) ?? record.access;
  const refresh = await again('refresh');
  return vault.store.reseal(record, { access, ...defined({ refresh }), ...vouched });
}

/** What was vouched for stays so; what comes from the form before is vouched for as it stands. */
function vouchFor(record: ConnectionRecord): Pick<ConnectionRecord, 'vouch' | 'vouchHash'> {
  const { vouch, vouchHash } = vouchesForAll(record.access) ? record : newVouch();
  return defined({ vouch: record.status === 'active' ? vouch : undefined, vouchHash });
}

/** True when everything sealed in a record is under that key. */
export function isSealedWith(
  { access, refresh }: { readonly access: string; readonly refresh?: string },
  key: KeyInUse,
): boolean {
  return [access, refresh ?? access].every((sealed) => isSealedBy(sealed, key));
}
