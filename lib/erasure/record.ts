import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { subjectDigest } from '../storage/keys.ts';
import type { Key, Table } from '../storage/table.ts';

/** How long it is known how an erasure ended, in seconds. */
const life = 90 * 24 * 60 * 60;
/** One that has not ended by then has no workflow any more, in milliseconds. */
const longest = 10 * 24 * 3_600_000;

const schema = z.object({
  v: z.literal(1),
  /** Names the execution; new with each erasure. */
  run: z.string(),
  /** `running` or `complete`. */
  status: z.string(),
  startedAt: z.number(),
  completedAt: z.exactOptional(z.number()),
  /** Connections that were deleted, records that were, and connections that wait for their host. */
  removed: z.number(),
  deleted: z.number(),
  pending: z.number(),
});

/** An erasure of one subject as stored; times are epoch milliseconds. Nothing in it names the subject. */
export interface Erasure extends z.output<typeof schema> {
  /** Digest of the subject. */
  readonly id: string;
}

/** A subject has one erasure at a time, and is known by its digest alone. */
function erasureKey(id: string): Key {
  return { pk: `ERASURE#${id}`, sk: 'ERASURE' };
}

/** Name of its execution. */
export function executionName({ id, run }: Pick<Erasure, 'id' | 'run'>): string {
  return `${id}-${run}`;
}

export async function readErasure(table: Table, id: string): Promise<Erasure | undefined> {
  const item = await table.get(erasureKey(id));
  return item && { ...schema.parse(item), id };
}

/** A new erasure, or the one that is under way. */
export async function addErasure(table: Table, partition: string, now: number): Promise<Erasure> {
  const id = subjectDigest(partition);
  const counts = { removed: 0, deleted: 0, pending: 0 };
  const run = randomUUID();
  const erasure = { v: 1 as const, run, status: 'running', startedAt: now, ...counts };
  const ttl = Math.floor(now / 1000) + life;
  // The one under way goes on, so that asking twice is asking once; and so does a repeated write's own.
  const added = await table.put(
    { ...erasureKey(id), ...erasure, ttl },
    {
      expression: 'attribute_not_exists(pk) OR #status = :complete OR startedAt < :lost',
      names: { '#status': 'status' },
      values: { ':complete': 'complete', ':lost': now - longest },
    },
  );
  if (added) return { ...erasure, id };
  return (await readErasure(table, id)) ?? { ...erasure, id };
}

/** What one step of the erasure `run` adds to its counts, and where it stands now. */
export async function noteErasure(
  table: Table,
  { id, run }: Pick<Erasure, 'id' | 'run'>,
  done: Pick<Erasure, 'removed' | 'deleted' | 'pending'> & { readonly completedAt?: number },
): Promise<void> {
  const { completedAt } = done;
  const ends = completedAt === undefined ? '' : ', #status = :complete, completedAt = :at';
  await table.update(
    erasureKey(id),
    {
      expression: `SET pending = :pending${ends} ADD removed :removed, deleted :deleted`,
      names: { '#run': 'run', ...(completedAt === undefined ? {} : { '#status': 'status' }) },
      values: {
        ':run': run,
        ':pending': done.pending,
        ':removed': done.removed,
        ':deleted': done.deleted,
        ...(completedAt === undefined ? {} : { ':at': completedAt, ':complete': 'complete' }),
      },
    },
    // Not into an erasure that was begun since.
    '#run = :run',
  );
}
