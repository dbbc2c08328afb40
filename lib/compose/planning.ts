import { table } from '../aws/dynamodb.ts';
import { publish } from '../aws/events.ts';
import type { Invocation } from '../aws/invocation.ts';
import { workflow } from '../aws/workflow.ts';
import type { Following, Planning } from '../operations/operation.ts';
import { operationStore } from '../operations/store.ts';
import { getConnection } from '../vault/vault.ts';
import { provider } from './configured-providers.ts';
import { connections } from './connection-records.ts';

/** Recording a creation, and all of {@link following}. No part of it can open a token. */
export function planning(invocation: Invocation): Planning {
  return {
    ...following(),
    connections: { get: (ref) => getConnection(connections(), ref) },
    providers: (id) => provider(id, invocation),
  };
}

/** Reading, listing and cancelling operations: neither a token nor a provider's client. */
export function following(): Following {
  return {
    store: operationStore(table(), Math.random),
    workflow,
    now: Date.now,
    emit: publish,
  };
}
