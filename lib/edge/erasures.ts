import type { Erasure as Shown } from '../api/schemas/erasure.ts';
import type { Erasure } from '../erasure/record.ts';
import { rfc3339 } from '../primitives/time.ts';

/** Seconds until another look makes sense. */
const lookAgain = 15;

/** An erasure as callers see it. */
export function erasureView(erasure: Erasure): Shown {
  const { status, startedAt, completedAt, removed, pending, deleted } = erasure;
  return {
    status: status === 'complete' ? 'complete' : 'running',
    startedAt: rfc3339(startedAt),
    ...(completedAt === undefined ? {} : { completedAt: rfc3339(completedAt) }),
    connections: { removed, pending },
    records: { deleted },
  };
}

/** What goes with it, while it runs. */
export function erasureHeaders({ status }: Erasure): Record<string, string> {
  return status === 'complete' ? {} : { 'retry-after': String(lookAgain) };
}
