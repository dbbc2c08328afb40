import { setTimeout as sleep } from 'node:timers/promises';
import { table } from '../aws/dynamodb.ts';
import { logWarning } from '../aws/log.ts';
import { countOutcome } from '../aws/metrics.ts';
import { sealKey } from '../aws/secret-values.ts';
import { sealer } from '../sealing/sealing.ts';
import type { ConnectionStore, Vault } from '../vault/vault.ts';
import { connectionStore } from '../vault/vault.ts';
import { tellingStore } from './connection-events.ts';

let store: ConnectionStore | undefined;
let seals: ReturnType<typeof sealer> | undefined;

/** The connections' records, for functions that read no token. */
export function connections(): Pick<Vault, 'store' | 'count'> {
  store ??= connectionStore(table());
  return { store, count };
}

const count: Vault['count'] = (outcome, about) => {
  countOutcome(outcome);
  if (about !== undefined) logWarning(outcome, { ...about });
};

/** Enough of the vault to put tokens in: this half can seal and can never open. */
export function sealingVault() {
  seals ??= sealer(() => sealKey(Date.now()));
  return {
    store: tellingStore(connections().store),
    sealer: seals,
    now: Date.now,
    random: Math.random,
    sleep: async (milliseconds: number) => void (await sleep(milliseconds)),
    timeLimit: (milliseconds: number) => AbortSignal.timeout(milliseconds),
    count,
  };
}
