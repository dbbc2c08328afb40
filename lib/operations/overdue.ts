import { settled } from './end.ts';
import { startWorkflow } from './execution.ts';
import type { Following } from './operation.ts';
import { giveUp, isOverdue } from './read.ts';
import { ended, graceMs, type OperationRecord } from './record.ts';

/** What became of the operations that were looked at. */
export interface Overdue {
  /** A start was missed and made up for. */
  readonly started: number;
  /** Its workflow was gone: ended here. */
  readonly ended: number;
  /** It has ended, and something can have been left: an execution looks for that. */
  readonly lookedFor: number;
}

const batchSize = 20;
/** Milliseconds until one that was started late is looked at again. */
const lookAgain = 300_000;
/** With less of the function's time left, in milliseconds, no other batch is begun. */
const lastBatch = 5_000;

/**
 * Ends what nobody ends, though nobody asks for it: operations whose workflow is gone, and those whose
 * start was swallowed. So no name stays blocked, and every end is told of. What an operation may have left
 * at its end is looked for once more, by a workflow: nothing here can act at a host.
 */
export async function endOverdue(
  ops: Following,
  { timeLeft }: { timeLeft(): number },
): Promise<Overdue> {
  const count = { started: 0, ended: 0, lookedFor: 0 };
  const seen = new Set<string>();
  while (timeLeft() > lastBatch) {
    const found = await ops.store.due(ops.now(), batchSize + seen.size);
    // The index lags: what was just seen to can still stand in it.
    const batch = found.filter((id) => !seen.has(id));
    if (batch.length === 0) break;
    for (const id of batch) {
      seen.add(id);
      const done = await seeTo(ops, id);
      if (done !== undefined) count[done] += 1;
    }
  }
  return count;
}

async function seeTo(ops: Following, id: string): Promise<keyof Overdue | undefined> {
  const record = await ops.store.read(id);
  const now = ops.now();
  if (record === undefined || record.dueAt === undefined || record.dueAt > now) return undefined;
  if (ended(record)) {
    await startWorkflow(ops, record, 'look');
    await ops.store.change(record, settled);
    return 'lookedFor';
  }
  if (isOverdue(record, now)) {
    await giveUp(ops, record);
    return 'ended';
  }
  const late = record.status === 'pending';
  if (late) await startWorkflow(ops, record, 'missed');
  await ops.store.change(record, (current) => lookedAt(current, now));
  return late ? 'started' : undefined;
}

function lookedAt(current: OperationRecord, now: number): OperationRecord | undefined {
  if (ended(current)) return undefined;
  const dueAt =
    current.status === 'pending' ? now + lookAgain : Math.max(now, current.deadline) + 2 * graceMs;
  return { ...current, dueAt };
}
