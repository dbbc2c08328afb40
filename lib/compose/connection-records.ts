import { table } from '../aws/dynamodb.ts';
import { logWarning } from '../aws/log.ts';
import { countOutcome } from '../aws/metrics.ts';
import type { ConnectionStore, Vault } from '../vault/vault.ts';
import { connectionStore } from '../vault/vault.ts';

let store: ConnectionStore | undefined;

/** The connections' records, for functions that read no token. */
export function connections(): Pick<Vault, 'store' | 'count'> {
  store ??= connectionStore(table());
  return { store, count };
}

const count: Vault['count'] = (outcome, about) => {
  countOutcome(outcome);
  if (about !== undefined) logWarning(outcome, { ...about });
};
