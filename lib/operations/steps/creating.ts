import { ForgebridgeError } from '../../errors.ts';
import type { FromTemplate } from '../../providers/provider.ts';
import { type CreatingCall, createOnce, type Owned } from '../adopt.ts';
import type { Operations } from '../operation.ts';
import type { OperationRecord, Plan, StepName } from '../record.ts';
import { runStep, type StepInput } from '../step.ts';

/** What a creating step tells the state machine: when to look for the contents first. */
export interface Created {
  readonly waitSeconds: number;
}

/**
 * A creating step: nothing to do when its result is recorded, else {@link createOnce}. It begins
 * nothing past the deadline, so that a name is never taken behind the caller's back.
 */
export function creatingStep(
  ops: Operations,
  input: StepInput,
  name: StepName,
  waitSeconds: number,
  call: (plan: Plan) => CreatingCall,
): Promise<Created> {
  return runStep(ops, input, name, async (step) => {
    const { record } = step;
    if (record.repository !== undefined) return { result: { waitSeconds } };
    if (ops.now() >= record.deadline) {
      throw new ForgebridgeError('ImportTimedOut', { reason: 'deadline' });
    }
    const owned = await createOnce(ops, step, call(record.plan));
    return {
      result: { waitSeconds },
      learned: { repository: repositoryOf(owned, ops.now()) },
    };
  });
}

/** The template of a plan whose strategy needs one. */
export function templateOf({ template, includeAllBranches }: Plan): FromTemplate {
  if (template !== undefined) return { template, includeAllBranches };
  throw new ForgebridgeError('InternalError', { reason: 'no_template' });
}

/** What the record keeps of a repository. `now` in epoch milliseconds. */
export function repositoryOf(
  { repository, proved }: Owned,
  now: number,
): NonNullable<OperationRecord['repository']> {
  const { id, fullName, webUrl, cloneUrls, visibility } = repository;
  return { id, fullName, webUrl, cloneUrls: { ...cloneUrls }, visibility, since: now, proved };
}
