import type { Caller } from '../callers/authenticate.ts';
import { isAllowed, requireAllowed } from '../callers/key-limits.ts';
import type { Following, Planning } from '../operations/operation.ts';
import type { Connection } from '../vault/connection.ts';
import type { ConnectionStore } from '../vault/vault.ts';

/**
 * What a key that is narrowed to some providers can reach. The provider of a connection or an operation
 * stands in its record alone, so it is asked for where the record is read: at no further read, and
 * wherever the record is used. What is narrowed to nothing passes as it is.
 *
 * @throws ForgebridgeError (later) `Forbidden`, `provider_not_allowed`, for a record of another provider;
 * lists leave such records out.
 */
export function connectionsWithin<Vault extends { readonly store: ConnectionStore }>(
  { limits }: Caller,
  vault: Vault,
): Vault {
  if (limits?.providers === undefined) return vault;
  const { store } = vault;
  const read: ConnectionStore['read'] = async (ref) => {
    const record = await store.read(ref);
    if (record !== undefined) requireAllowed(limits, 'provider', record.provider);
    return record;
  };
  const narrowed: ConnectionStore = {
    ...store,
    read,
    async tombstone(ref, ...when) {
      // Otherwise the first of all is to end it.
      await read(ref);
      return store.tombstone(ref, ...when);
    },
    async shown(...page) {
      const { listed, ...rest } = await store.shown(...page);
      const isWithin = ({ provider }: Connection) => isAllowed(limits, 'provider', provider);
      const within = listed.filter(({ connection }) => !connection || isWithin(connection));
      return { ...rest, listed: within };
    },
  };
  return { ...vault, store: narrowed };
}

/** As {@link connectionsWithin}, of operations. */
export function operationsWithin<Operations extends Pick<Following, 'store'>>(
  { limits }: Caller,
  operations: Operations,
): Operations {
  if (limits?.providers === undefined) return operations;
  const { store } = operations;
  const narrowed: Following['store'] = {
    ...store,
    async read(id) {
      const record = await store.read(id);
      if (record !== undefined) requireAllowed(limits, 'provider', record.provider);
      return record;
    },
    async list(...page) {
      const { records, ...rest } = await store.list(...page);
      const within = records.filter(({ provider }) => isAllowed(limits, 'provider', provider));
      return { ...rest, records: within };
    },
  };
  return { ...operations, store: narrowed };
}

/** As {@link operationsWithin}, and only with connections within. */
export function planningWithin(caller: Caller, planning: Planning): Planning {
  const { get } = planning.connections;
  return {
    ...operationsWithin(caller, planning),
    connections: {
      async get(ref) {
        const connection = await get(ref);
        requireAllowed(caller.limits, 'provider', connection.provider);
        return connection;
      },
    },
  };
}
