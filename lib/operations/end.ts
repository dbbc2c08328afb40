import type { Following } from './operation.ts';
import { ended, type OperationRecord } from './record.ts';
import { operationEvent } from './view.ts';

/** The end that `how` gives, unless the operation has ended already: the first end stands. */
export function conclude(
  ops: Pick<Following, 'store'>,
  operationId: string,
  how: (record: OperationRecord) => Pick<OperationRecord, 'status' | 'error'>,
): Promise<OperationRecord> {
  return ops.store.change(operationId, (current) => {
    if (ended(current)) return undefined;
    const { error: _, waiting, dueShard, dueAt, ...rest } = current;
    return { ...rest, ...how(current) };
  });
}

/** Publishes the operation's end, unless that is known to have been done. */
export async function announce(
  ops: Pick<Following, 'store' | 'now' | 'emit'>,
  record: OperationRecord,
): Promise<void> {
  if (record.announced) return;
  await ops.emit(operationEvent(record, ops.now()));
  await ops.store.change(record.id, (current) => ({ ...current, announced: true }));
}
