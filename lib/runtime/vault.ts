import { setTimeout as sleep } from 'node:timers/promises';
import type { Vault } from '../vault/ports.ts';
import { opener } from '../vault/sealing.ts';
import { sealingVault } from './connections.ts';
import type { Invocation } from './invocation.ts';
import { logInfo } from './log.ts';
import { countOutcome } from './metrics.ts';
import { provider } from './providers.ts';
import { openKeys } from './secrets.ts';

let opens: ReturnType<typeof opener> | undefined;

/** The whole vault, for functions that must open tokens. */
export function vault(invocation: Invocation): Vault {
  opens ??= opener((fresh) => openKeys(Date.now(), fresh));
  return {
    ...sealingVault(),
    opener: opens,
    providers: (id) => provider(id, invocation),
    random: Math.random,
    timeLimit: (milliseconds) => AbortSignal.timeout(milliseconds),
    sleep: (milliseconds) => sleep(milliseconds),
    audit: (line) => logInfo('token opened', { audit: true, ...line }),
    count: countOutcome,
  };
}
