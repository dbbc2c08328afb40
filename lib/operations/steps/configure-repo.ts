import { ForgebridgeError } from '../../errors.ts';
import type { Repository, RepositorySettings } from '../../providers/provider.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import type { Again } from '../pause.ts';
import type { OperationRecord } from '../record.ts';
import { whileSettling } from '../settle.ts';
import { created, handleOf, isDone, runStep, type StepInput } from '../step.ts';

/**
 * Gives the repository the description, visibility and settings asked for; the operation's mark
 * goes with that. Doing it again changes nothing. What the host says it has is compared with what was
 * asked for, before any file is committed: a private file must never stand in a public repository.
 *
 * @throws ForgebridgeError `Unsupported`, `visibility_not_applied`.
 */
export function configureRepo(
  ops: Operations,
  input: StepInput,
): Promise<{ readonly configured: boolean } | Again> {
  return runStep<{ configured: boolean }>(ops, input, {
    name: 'configureRepo',
    early: (record) => (isDone(record, 'configureRepo') ? { configured: true } : undefined),
    async act(step) {
      const repository = created(step.record);
      const settings = settingsOf(step.record);
      if (Object.keys(settings).length === 0) return { result: { configured: false } };
      const configured = await step.use((access, provider) =>
        whileSettling(ops, () =>
          creationOf(provider).configure(access, handleOf(repository), settings),
        ),
      );
      refuseOtherVisibility(step.record, configured);
      return {
        result: { configured: true },
        learned: { repository: located(configured) },
      };
    },
  });
}

function refuseOtherVisibility({ plan }: OperationRecord, { visibility }: Repository): void {
  if (visibility === plan.visibility) return;
  throw new ForgebridgeError('Unsupported', {
    reason: 'visibility_not_applied',
    remedy: `The host keeps this repository ${visibility}. Ask for ${visibility}, or create it another way.`,
  });
}

/**
 * A fork or a generated repository can come with another visibility than was asked for. It is asked for
 * again with whatever else is: not every host's first answer says how visible it is.
 */
function settingsOf({ plan, repository }: OperationRecord): RepositorySettings {
  const differs = repository !== undefined && repository.visibility !== plan.visibility;
  const asked = differs || Object.keys(plan.settings).length > 0;
  return { ...plan.settings, ...(asked ? { visibility: plan.visibility } : {}) };
}

function located({ fullName, webUrl, cloneUrls, visibility }: Repository) {
  return { fullName, webUrl, cloneUrls: { ...cloneUrls }, visibility };
}
