import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import type { Page, PageRequest } from '../providers/provider.ts';
import { announce, conclude } from './end.ts';
import { startWorkflow } from './execution.ts';
import type { Following, Operation } from './operation.ts';
import { ended, graceMs, type OperationRecord, operationKey } from './record.ts';
import type { Position } from './store.ts';
import { operationView } from './view.ts';

/** How long a new operation may be pending before its start counts as missed, in milliseconds. */
const startsWithin = 5_000;
const pageSize = 20;

/**
 * The operation as it stands. A start that was missed (the process died between record and start)
 * is made up for; an operation whose workflow has not ended it a minute after its deadline is ended
 * here, as `ImportTimedOut`.
 *
 * @throws ForgebridgeError `NotFound` for an id that is not in this partition.
 */
export async function getOperation(
  ops: Following,
  partition: string,
  operationId: string,
): Promise<Operation> {
  const record = await readOwn(ops, partition, operationId);
  const now = ops.now();
  if (ended(record)) return operationView(record);
  if (isOverdue(record, now)) return operationView(await giveUp(ops, record));
  if (record.status === 'pending' && now > record.createdAt + startsWithin) {
    await startWorkflow(ops, record);
  }
  return operationView(record);
}

/** The partition's operations, newest first, twenty at a time. */
export async function listOperations(
  ops: Pick<Following, 'store'>,
  partition: string,
  page: PageRequest,
): Promise<Page<Operation>> {
  const start = page.cursor === undefined ? undefined : readCursor(page.cursor);
  const { records, next } = await ops.store.list(partition, pageSize, start);
  return {
    items: records.map(operationView),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}

/**
 * Asks the operation to stop. Its workflow ends it at the next step, so that nothing is still being
 * created once it says `cancelled`; one that has ended stays as it is.
 *
 * @throws ForgebridgeError `NotFound` for an id that is not in this partition.
 */
export async function cancelOperation(
  ops: Pick<Following, 'store' | 'workflow'>,
  partition: string,
  operationId: string,
): Promise<Operation> {
  await readOwn(ops, partition, operationId);
  const record = await ops.store.change(operationId, (current) =>
    ended(current) || current.cancelRequested ? undefined : { ...current, cancelRequested: true },
  );
  // One that was never started is ended by its workflow as well.
  if (record.status === 'pending') await startWorkflow(ops, record);
  return operationView(record);
}

/** What an operation was asked to make, as a form would say it; without files and labels. */
export async function askedFor(
  ops: Pick<Following, 'store'>,
  partition: string,
  operationId: string,
) {
  const { connection, plan } = await readOwn(ops, partition, operationId);
  return {
    connection,
    template: plan.template ?? '',
    namespace: plan.own === true ? '' : plan.namespace,
    name: plan.name,
    description: plan.settings.description ?? '',
    visibility: plan.visibility as string, // a form's word
    ci: plan.settings.ci === true ? 'on' : '',
  };
}

async function readOwn(ops: Pick<Following, 'store'>, partition: string, operationId: string) {
  const own = operationKey(operationId)?.pk === partition;
  const record = own ? await ops.store.read(operationId) : undefined;
  if (record === undefined) throw new ForgebridgeError('NotFound');
  return record;
}

/** Its workflow is gone: nobody ends it any more, and nobody can still create for it. */
export function isOverdue({ deadline, acting }: OperationRecord, now: number): boolean {
  return now > deadline + graceMs && now > (acting?.until ?? 0);
}

/** Ends an operation that {@link isOverdue}, and tells of it. */
export async function giveUp(ops: Following, record: OperationRecord): Promise<OperationRecord> {
  const step = record.steps.at(-1)?.name ?? 'finishOperation';
  const given = await conclude(ops, record, (current) => ({
    status: current.cancelRequested ? 'cancelled' : 'failed',
    error: { code: 'ImportTimedOut', step, reason: 'workflow_did_not_end' },
  }));
  await announce(ops, given);
  return given;
}

const cursorSchema = z.object({ createdAt: z.number(), id: z.string() });

function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** A cursor names a position in the caller's own partition, and nothing else. */
function readCursor(cursor: string): Position {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'cursor', problem: 'is none that was handed out here' }],
    });
  }
}
