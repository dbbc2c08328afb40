import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import type { Access, Provider, Readiness } from '../../providers/provider.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import type { OperationRecord } from '../record.ts';
import { created, handleOf, type Outcome, runStep, type StepInput } from '../step.ts';
import { waitWithin } from '../wait.ts';

/**
 * One look at the import. The state machine branches on `state` and waits `waitSeconds`. `create`: the
 * creating step was kept from its work, and it is its turn.
 */
export interface Look {
  readonly state: 'pending' | 'ready' | 'create';
  readonly waitSeconds: number;
}

/** How long a repository may be unknown to parts of its host, in milliseconds. */
const appearsWithin = 60_000;

/**
 * Looks whether the contents are there. Only the provider's word for "ready" ends the wait well;
 * everything it does not know counts as pending until the deadline.
 *
 * @throws ForgebridgeError `ImportFailed` with the provider's reason, `ImportTimedOut` at the
 * deadline with what it was waiting for, `NotFound` when the provider has shown nothing for a minute.
 */
export async function pollImportStatus(ops: Operations, input: StepInput): Promise<Look> {
  const look = await runStep<Look>(ops, input, {
    name: 'pollImportStatus',
    early({ repository }) {
      if (repository === undefined) return { state: 'create', waitSeconds: 0 };
      return repository.defaultBranch === undefined ? undefined : ready;
    },
    async act(step) {
      const repository = created(step.record);
      const readiness = await step.use((access, provider) =>
        lookOnce(access, provider, repository),
      );
      if (readiness.state === 'failed') {
        throw new ForgebridgeError('ImportFailed', { reason: readiness.reason });
      }
      if (readiness.state === 'ready') {
        const { defaultBranch } = readiness;
        const learned = { repository: { defaultBranch }, unseenSince: undefined };
        return { result: ready, learned };
      }
      return lookAgain(step.record, readiness, repository.since, ops.now());
    },
  });
  return look.state === 'again' ? { ...look, state: 'pending' } : look;
}

const ready = { state: 'ready', waitSeconds: 0 } as const;

function lookAgain(
  { deadline, unseenSince }: OperationRecord,
  readiness: Unready,
  since: number,
  now: number,
): Outcome<Look> {
  if (now >= deadline) {
    throw new ForgebridgeError('ImportTimedOut', { reason: readiness.detail });
  }
  const waitSeconds = waitWithin(now - since, now, deadline);
  if (readiness.state === 'pending') {
    const result = { state: 'pending', waitSeconds } as const;
    const seen = unseenSince === undefined ? {} : { learned: { unseenSince: undefined } };
    return { result, ...seen, unfinished: true };
  }
  const from = unseenSince ?? now;
  if (now - from >= appearsWithin) throw new ForgebridgeError('NotFound', gone);
  const within = waitWithin(now - since, now, from + appearsWithin);
  return {
    result: { state: 'pending', waitSeconds: Math.min(waitSeconds, within) },
    learned: { unseenSince: from },
    unfinished: true,
  };
}

const gone = {
  reason: 'repository_not_shown',
  remedy:
    'The provider made the repository and does not show it. See there whether it was removed, then start another operation.',
};

/** Not ready, or not shown at all. */
type Unready =
  | Extract<Readiness, { state: 'pending' }>
  | { readonly state: 'unseen'; readonly detail: 'not_visible' };

async function lookOnce(
  access: Access,
  provider: Provider,
  repository: { id: string; fullName: string },
): Promise<Readiness | Unready> {
  try {
    return await creationOf(provider).readiness(access, handleOf(repository));
  } catch (error) {
    if (!isForgebridgeError(error, 'NotFound')) throw error;
    return { state: 'unseen', detail: 'not_visible' };
  }
}
