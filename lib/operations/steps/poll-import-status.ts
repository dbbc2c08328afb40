import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import type { Access, Provider, Readiness } from '../../providers/provider.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import { created, handleOf, runStep, type StepInput } from '../step.ts';
import { waitWithin } from '../wait.ts';

/**
 * One look at the import. The state machine branches on `state` and waits `waitSeconds`. `create`: the
 * creating step was kept from its work, and it is its turn.
 */
export interface Look {
  readonly state: 'pending' | 'ready' | 'create';
  readonly waitSeconds: number;
}

/** How long a new repository may be unknown to parts of its host, in milliseconds. */
const appearsWithin = 60_000;

/**
 * Looks whether the contents are there. Only the provider's word for "ready" ends the wait well;
 * everything it does not know counts as pending until the deadline.
 *
 * @throws ForgebridgeError `ImportFailed` with the provider's reason, `ImportTimedOut` at the
 * deadline with what it was waiting for.
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
      const { deadline } = step.record;
      const elapsed = ops.now() - repository.since;
      const readiness = await step.use((access, provider) =>
        lookOnce(access, provider, repository, elapsed < appearsWithin),
      );
      if (readiness.state === 'failed') {
        throw new ForgebridgeError('ImportFailed', { reason: readiness.reason });
      }
      if (readiness.state === 'ready') {
        const { defaultBranch } = readiness;
        return { result: ready, learned: { repository: { ...repository, defaultBranch } } };
      }
      const now = ops.now();
      if (now >= deadline) {
        throw new ForgebridgeError('ImportTimedOut', { reason: readiness.detail });
      }
      const waitSeconds = waitWithin(now - repository.since, now, deadline);
      return { result: { state: 'pending', waitSeconds }, unfinished: true };
    },
  });
  return look.state === 'again' ? { ...look, state: 'pending' } : look;
}

const ready = { state: 'ready', waitSeconds: 0 } as const;

async function lookOnce(
  access: Access,
  provider: Provider,
  repository: { id: string; fullName: string },
  mayBeUnknown: boolean,
): Promise<Readiness> {
  try {
    return await creationOf(provider).readiness(access, handleOf(repository));
  } catch (error) {
    if (!mayBeUnknown || !isForgebridgeError(error, 'NotFound')) throw error;
    return { state: 'pending', detail: 'not_visible_yet' };
  }
}
