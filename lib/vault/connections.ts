import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { Page, PageRequest } from '../providers/provider.ts';
import type { Connection, ConnectionRef } from './connection.ts';
import type { Vault } from './ports.ts';
import { describe } from './record.ts';
import { refuseTampered } from './vouched.ts';

const pageSize = 50;
/** A cursor is the id of the last connection of the page before. */
const cursorForm = /^[\w-]{1,64}$/;

/**
 * @throws ForgebridgeError `NotFound`, also for another subject's connection; `Misconfigured` for one
 * that was tampered with.
 */
export async function getConnection(
  vault: Pick<Vault, 'store' | 'count'>,
  ref: ConnectionRef,
): Promise<Connection> {
  const record = await vault.store.read(ref);
  if (record === undefined) throw new ForgebridgeError('NotFound');
  refuseTampered(vault, record);
  return describe(record);
}

/**
 * One page of a subject's connections, read consistently: a connection just made is there. One that was
 * tampered with is left out, and counted.
 *
 * @throws ForgebridgeError `InvalidInput` for a cursor that is none of ours.
 */
export async function listConnections(
  vault: Pick<Vault, 'store' | 'count'>,
  partition: string,
  { cursor }: PageRequest,
): Promise<Page<Connection>> {
  if (cursor !== undefined && !cursorForm.test(cursor)) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'cursor', problem: 'is not one that was handed out' }],
    });
  }
  const options = { limit: pageSize, ...defined({ after: cursor }) };
  const { listed, next } = await vault.store.shown(partition, options);
  for (const { refused } of listed) if (refused) vault.count('record_refused', refused);
  const items = listed.flatMap(({ connection }) => connection ?? []);
  return { items, ...defined({ next }) };
}
