import type { Repository, RepositorySettings } from '../../providers/provider.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import type { OperationRecord } from '../record.ts';
import { whileSettling } from '../settle.ts';
import { created, handleOf, runStep, type StepInput } from '../step.ts';

/**
 * Gives the repository the description, visibility and settings asked for; the operation's mark
 * goes with that. Doing it again changes nothing.
 */
export function configureRepo(ops: Operations, input: StepInput): Promise<{ configured: boolean }> {
  return runStep<{ configured: boolean }>(ops, input, 'configureRepo', async (step) => {
    const repository = created(step.record);
    const settings = settingsOf(step.record);
    if (Object.keys(settings).length === 0) return { result: { configured: false } };
    const configured = await step.use((access, provider) =>
      whileSettling(ops, () =>
        creationOf(provider).configure(access, handleOf(repository), settings),
      ),
    );
    return {
      result: { configured: true },
      learned: { repository: { ...repository, ...located(configured) } },
    };
  });
}

/** A fork or a generated repository can come with another visibility than was asked for. */
function settingsOf({ plan, repository }: OperationRecord): RepositorySettings {
  const differs = repository !== undefined && repository.visibility !== plan.visibility;
  return { ...plan.settings, ...(differs ? { visibility: plan.visibility } : {}) };
}

function located({ fullName, webUrl, cloneUrls, visibility }: Repository) {
  return { fullName, webUrl, cloneUrls: { ...cloneUrls }, visibility };
}
