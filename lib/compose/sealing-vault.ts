import { setTimeout as sleep } from 'node:timers/promises';
import { sealKey } from '../aws/secret-values.ts';
import { sealer } from '../sealing/sealing.ts';
import { tellingStore } from './connection-events.ts';
import { connections } from './connection-records.ts';

let seals: ReturnType<typeof sealer> | undefined;

/** Enough of the vault to put tokens in: this half can seal and can never open. */
export function sealingVault() {
  seals ??= sealer(() => sealKey(Date.now()));
  const { store, count } = connections();
  return {
    store: tellingStore(store),
    sealer: seals,
    now: Date.now,
    random: Math.random,
    sleep: async (milliseconds: number) => void (await sleep(milliseconds)),
    timeLimit: (milliseconds: number) => AbortSignal.timeout(milliseconds),
    count,
  };
}
