import type { Following } from './operation.ts';
import { ended, type OperationRecord, overdueShard } from './record.ts';
import { operationEvent } from './view.ts';

/** Milliseconds after an end until what may have been left is looked for once more. */
const lookAgainAfter = 900_000;

/** The end that `how` gives, unless the operation has ended already: the first end stands. */
export function conclude(
  ops: Pick<Following, 'store' | 'now'>,
  record: OperationRecord,
  how: (record: OperationRecord) => Pick<OperationRecord, 'status' | 'error'>,
): Promise<OperationRecord> {
  return ops.store.change(record, (current) => {
    if (ended(current)) return undefined;
    const { error: _, waiting, dueShard, dueAt, ...rest } = current;
    const next = { ...rest, ...how(current) };
    if (!asksHost(next)) return next;
    return { ...next, dueShard: overdueShard, dueAt: ops.now() + lookAgainAfter };
  });
}

/**
 * Whether there is something left to ask the host for: whether a call whose outcome nobody knows made the
 * repository, or to take it away again.
 */
export function asksHost(record: OperationRecord): boolean {
  const { status, repository, unansweredAt, plan, deleted } = record;
  if (status === 'succeeded') return false;
  if (repository === undefined || deleted) return unansweredAt !== undefined;
  return plan.onFailure === 'delete' && repository.proved;
}

/** The record without its place in the index: nothing of it is left to look for. */
export function settled({ dueShard, dueAt, ...rest }: OperationRecord): OperationRecord {
  return rest;
}

/** Publishes the operation's end, unless that is known to have been done. */
export async function announce(
  ops: Pick<Following, 'store' | 'now' | 'emit'>,
  record: OperationRecord,
): Promise<void> {
  if (record.announced) return;
  await ops.emit(operationEvent(record, ops.now()));
  await ops.store.change(record, (current) => ({ ...current, announced: true }));
}
