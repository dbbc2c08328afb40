import type { ImportPace } from './options.ts';

/** How a copy of a repository goes: the templates of the sandbox each show one. */
export const behaviours = ['normal', 'slow', 'fails', 'hangs', 'cancelled', 'odd'] as const;
export type Behaviour = (typeof behaviours)[number];

/** A running copy: the source's branches as they were, and when each phase ends. */
export interface ImportJob {
  readonly branches: ReadonlyMap<string, string>;
  readonly defaultBranch: string;
  readonly behaviour: Behaviour;
  readonly scheduledUntil: number;
  readonly startedUntil: number;
}

/** A copy that begins at `now` (epoch ms). */
export function beginImport(
  source: Pick<ImportJob, 'branches' | 'defaultBranch' | 'behaviour'>,
  pace: ImportPace,
  now: number,
): ImportJob {
  const factor = source.behaviour === 'slow' ? pace.slowFactor : 1;
  const scheduledUntil = now + pace.scheduledMs * factor;
  return { ...source, scheduledUntil, startedUntil: scheduledUntil + pace.startedMs * factor };
}

/**
 * Where the copy stands, in GitLab's words. `preparing_move` is in no list: clients must take an
 * unknown word for "still going".
 */
export function importStatus(job: ImportJob, now: number): { status: string; error?: string } {
  if (job.behaviour === 'hangs' || now < job.scheduledUntil) return { status: 'scheduled' };
  if (job.behaviour === 'cancelled') return { status: 'canceled' };
  if (now < job.startedUntil) {
    return { status: job.behaviour === 'odd' ? 'preparing_move' : 'started' };
  }
  if (job.behaviour === 'fails') {
    return { status: 'failed', error: 'The source repository could not be cloned.' };
  }
  return { status: 'finished' };
}
