import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { Page, PageRequest } from '../providers/provider.ts';
import type { Connection, ConnectionRef } from './connection.ts';
import type { Vault } from './ports.ts';
import { describe } from './record.ts';

const pageSize = 50;
/** A cursor is the id of the last connection of the page before. */
const cursorForm = /^[\w-]{1,64}$/;

/** @throws ForgebridgeError `NotFound`, also for another subject's connection. */
export async function getConnection(
  vault: Pick<Vault, 'store'>,
  ref: ConnectionRef,
): Promise<Connection> {
  const record = await vault.store.read(ref);
  if (record === undefined) throw new ForgebridgeError('NotFound');
  return describe(record);
}

/**
 * One page of a subject's connections, read consistently: a connection just made is there.
 *
 * @throws ForgebridgeError `InvalidInput` for a cursor that is none of ours.
 */
export async function listConnections(
  vault: Pick<Vault, 'store'>,
  partition: string,
  { cursor }: PageRequest,
): Promise<Page<Connection>> {
  if (cursor !== undefined && !cursorForm.test(cursor)) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'cursor', problem: 'is not one that was handed out' }],
    });
  }
  const options = { limit: pageSize, ...defined({ after: cursor }) };
  const { connections, next } = await vault.store.shown(partition, options);
  return { items: connections, ...defined({ next }) };
}
