import { setTimeout as sleep } from 'node:timers/promises';
import { table } from '../aws/dynamodb.ts';
import { countOutcome } from '../aws/metrics.ts';
import { sealKey } from '../aws/secret-values.ts';
import { sealer } from '../sealing/sealing.ts';
import type { ConnectionStore } from '../vault/vault.ts';
import { connectionStore } from '../vault/vault.ts';
import { tellingStore } from './connection-events.ts';

let store: ConnectionStore | undefined;
let seals: ReturnType<typeof sealer> | undefined;

/** The connections' records, for functions that read no token. */
export function connections(): { readonly store: ConnectionStore } {
  store ??= connectionStore(table());
  return { store };
}

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
    count: countOutcome,
  };
}
