import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import type { Place } from '../sealing/sealing.ts';
import type { Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { type Standing, tampering } from './tampering.ts';

/** What a generation of tokens is sealed with, beside what it brings. */
export type Sealing = Pick<
  ConnectionRecord,
  'partition' | 'id' | 'grant' | 'gen' | 'provider' | 'account' | 'redirectUri'
>;

type Vouched = Sealing &
  Pick<ConnectionRecord, 'issuedAt'> &
  Partial<Pick<ConnectionRecord, 'scopes' | 'expiresAt' | 'refreshExpiresAt' | 'vouchHash'>>;

/** Where a generation's token belongs, and what must stand beside it. */
export function placeOf(record: Vouched, field: Place['field']): Place {
  const { partition, id, grant, gen, provider, account, redirectUri, issuedAt } = record;
  const { scopes, expiresAt, refreshExpiresAt, vouchHash } = record;
  const brought = [scopes && JSON.stringify(scopes), expiresAt, refreshExpiresAt, vouchHash];
  const vouched = [
    provider,
    account.id,
    redirectUri,
    issuedAt,
    ...brought.map((one) => one ?? null),
  ];
  return { partition, id, grant, gen, field, vouched };
}

/** @throws ForgebridgeError `Misconfigured` (`record_refused`), and counts it, where {@link tampering} finds any. */
export function refuseTampered(vault: Pick<Vault, 'count'>, record: Standing): void {
  const found = tampering(record);
  if (found !== undefined) throw refused(vault, record, found);
}

/**
 * A token of a record, opened where everything is as it was sealed. Undefined where it has none.
 *
 * @throws ForgebridgeError `Misconfigured` (`record_refused`), and counts it, for a record that was
 * tampered with; whatever the opener raises else.
 */
export async function opened(
  vault: Pick<Vault, 'opener' | 'count'>,
  record: ConnectionRecord,
  field: Place['field'],
): Promise<string | undefined> {
  refuseTampered(vault, record);
  const sealed = record[field];
  if (sealed === undefined) return undefined;
  try {
    return await vault.opener.open(sealed, placeOf(record, field));
  } catch (error) {
    const isRefused = isForgebridgeError(error) && error.details.reason === 'sealed_token_refused';
    throw isRefused ? refused(vault, record, 'does_not_open', error) : error;
  }
}

function refused(
  vault: Pick<Vault, 'count'>,
  { id }: { readonly id: string },
  why: string,
  cause?: unknown,
): ForgebridgeError {
  vault.count('record_refused', { connection: id, reason: why });
  const remedy =
    'Somebody changed this record. Find out who writes to the table; the user can connect again.';
  return new ForgebridgeError('Misconfigured', { reason: 'record_refused', remedy }, cause);
}
