import { defined } from '../primitives/defined.ts';
import { sealedWith } from '../sealing/sealing.ts';
import type { ConnectionRef } from './connection.ts';
import type { Vault } from './ports.ts';
import { placeOf } from './tokens.ts';

/**
 * Brings one connection's tokens under the sealing key `kid`. False when it was not to be done:
 * they are under it already, or have just been replaced, or the connection is gone.
 */
export async function reseal(
  vault: Pick<Vault, 'store' | 'sealer' | 'opener'>,
  ref: ConnectionRef,
  kid: string,
): Promise<boolean> {
  const record = await vault.store.read(ref);
  if (record === undefined || isSealedWith(record, kid)) return false;
  const seal = await vault.sealer.ready();
  const again = async (sealed: string, field: 'access' | 'refresh') => {
    const place = placeOf(record, field);
    return seal(await vault.opener.open(sealed, place), place);
  };
  const access = await again(record.access, 'access');
  const refresh = record.refresh && (await again(record.refresh, 'refresh'));
  return vault.store.reseal(record, { access, ...defined({ refresh }) });
}

/** True when everything sealed in a record is under that key. */
export function isSealedWith(
  { access, refresh }: { readonly access: string; readonly refresh?: string },
  kid: string,
): boolean {
  return [access, refresh ?? access].every((sealed) => sealedWith(sealed) === kid);
}
