import { setTimeout as sleep } from 'node:timers/promises';
import { table } from '../aws/dynamodb.ts';
import { publish } from '../aws/events.ts';
import type { Invocation } from '../aws/invocation.ts';
import type { Operations } from '../operations/operation.ts';
import { operationStore } from '../operations/store.ts';
import { withAccess } from '../vault/vault.ts';
import { vault } from './opening-vault.ts';

/** Repository creation, for the steps that act at the provider. */
export function operations(invocation: Invocation): Operations {
  const tokens = vault(invocation);
  return {
    store: operationStore(table(), Math.random),
    useConnection: (ref, purpose, use) =>
      withAccess(
        tokens,
        { ref, purpose, caller: invocation.functionName, timeLeft: invocation.timeLeft },
        use,
      ),
    now: Date.now,
    random: Math.random,
    timeLeft: invocation.timeLeft,
    sleep: (milliseconds) => sleep(milliseconds),
    emit: publish,
  };
}
