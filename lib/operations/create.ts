import type { CreateRequest } from '../api/requests/createRepository.ts';
import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import { digest } from '../storage/keys.ts';
import type { Connection, ConnectionRef } from '../vault/connection.ts';
import { startWorkflow } from './execution.ts';
import type { Operation, Planning } from './operation.ts';
import { planCreation } from './plan.ts';
import {
  lifeSeconds,
  missedAfter,
  type OperationRecord,
  operationId,
  operationKey,
  overdueShard,
} from './record.ts';
import type { NewRecord } from './store.ts';
import { operationView } from './view.ts';

export interface NewOperation {
  readonly partition: string;
  readonly request: CreateRequest;
  readonly idempotencyKey: string;
}

/**
 * Records the creation of a repository and starts its workflow. The same key with the same request
 * is answered with the operation as it stands now, and started if that was missed the first time.
 * (draft-ietf-httpapi-idempotency-key-header)
 *
 * @throws ForgebridgeError `NotFound` and `ReconnectRequired` for a connection that cannot be used;
 * `InvalidInput` and `Unsupported` from planning; `AlreadyExists` for a name that another operation
 * is creating; `IdempotencyMismatch` for another request under the same key.
 */
export async function createOperation(ops: Planning, input: NewOperation): Promise<Operation> {
  const id = operationId(input.partition, input.idempotencyKey);
  const fingerprint = digest(canonical(input.request));
  const known = await ops.store.read(id);
  const record = known ?? (await begin(ops, input, id, fingerprint));
  if (record.fingerprint !== fingerprint) throw new ForgebridgeError('IdempotencyMismatch');
  if (record.status === 'pending') await startWorkflow(ops, record);
  return operationView(record);
}

async function begin(
  ops: Planning,
  { partition, request }: NewOperation,
  id: string,
  fingerprint: string,
): Promise<OperationRecord> {
  const connection = await usable(ops, { partition, id: request.connection });
  const provider = await ops.providers(connection.provider);
  const { plan, files } = planCreation(provider, connection.account, request);
  const createdAt = ops.now();
  const record: NewRecord = {
    ...keyOf(id),
    id,
    status: 'pending',
    fingerprint,
    connection: connection.id,
    provider: connection.provider,
    host: provider.settings.apiUrl,
    plan,
    labels: request.labels,
    steps: [],
    creatingCalls: 0,
    cancelRequested: false,
    deleted: false,
    announced: false,
    createdAt,
    deadline: createdAt + request.deadlineMinutes * 60_000,
    dueShard: overdueShard,
    dueAt: createdAt + missedAfter,
    ttl: Math.floor(createdAt / 1000) + lifeSeconds,
  };
  const holder = await ops.store.holder(record);
  // Whether somebody else is creating there is told by the workflow, once it is known who may look.
  if (holder !== undefined && operationKey(holder)?.pk === partition) {
    throw new ForgebridgeError('AlreadyExists', { reason: 'name_being_created' });
  }
  // The files come first: a record whose files are missing could not be carried out.
  if (files.length > 0) await ops.store.addFiles(record, files);
  return ops.store.add(record);
}

async function usable(ops: Planning, ref: ConnectionRef): Promise<Connection> {
  const connection = await ops.connections.get(ref);
  if (connection.status === 'active') return connection;
  const { status, reason } = connection;
  const code = status === 'revoked' ? 'NotFound' : 'ReconnectRequired';
  throw new ForgebridgeError(code, defined({ reason }));
}

function keyOf(id: string) {
  const key = operationKey(id);
  // Partitions are made by `subjectPartition`; another one is a mistake in the composition.
  if (key === undefined) throw new ForgebridgeError('InternalError', { reason: 'partition' });
  return key;
}

/** JSON with its members in one order, so that equal requests have one fingerprint. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
