import { ForgebridgeError } from '../../errors.ts';
import type {
  Access,
  FromTemplate,
  NewRepository,
  Provider,
  Repository,
} from '../../providers/provider.ts';
import { createOnce, type Owned } from '../adopt.ts';
import type { Operations } from '../operation.ts';
import type { Again } from '../pause.ts';
import { passPreflight } from '../preflight.ts';
import type { OperationRecord, StepName } from '../record.ts';
import { runStep, type StepInput } from '../step.ts';

/** What a creating step tells the state machine: when to look for the contents first. */
export interface Created {
  readonly state: 'created';
  readonly waitSeconds: number;
}

/** One creating call of the contract; `from` is missing where the plan has no template. */
type Make = (
  access: Access,
  provider: Provider,
  to: NewRepository,
  from: FromTemplate | undefined,
) => Promise<Repository>;

/**
 * A creating step: nothing to do when its result is recorded, else {@link passPreflight} and
 * {@link createOnce}. It begins nothing past the deadline, so that a name is never taken behind the
 * caller's back.
 */
export function creatingStep(
  ops: Operations,
  input: StepInput,
  name: StepName,
  waitSeconds: number,
  make: Make,
): Promise<Created | Again> {
  const created = { state: 'created', waitSeconds } as const;
  return runStep<Created>(ops, input, {
    name,
    async act(step) {
      if (step.record.repository !== undefined) return { result: created };
      if (ops.now() >= step.record.deadline) {
        throw new ForgebridgeError('ImportTimedOut', { reason: 'deadline' });
      }
      const record = await passPreflight(ops, step);
      const { namespace, template } = record.preflight;
      const { includeAllBranches } = record.plan;
      const from = template === undefined ? undefined : { template, includeAllBranches };
      const owned = await createOnce(ops, { ...step, record }, (access, provider, to) =>
        make(access, provider, { ...to, namespace }, from),
      );
      return { result: created, learned: { created: repositoryOf(owned, ops.now()) } };
    },
  });
}

/** The template of a strategy that needs one. */
export function mustHave(from: FromTemplate | undefined): FromTemplate {
  if (from !== undefined) return from;
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
