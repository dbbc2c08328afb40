import { capability } from '../../providers/provider.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import type { Again } from '../pause.ts';
import type { StepInput } from '../step.ts';
import { firstWait } from '../wait.ts';
import { type Created, creatingStep, mustHave } from './creating.ts';

/** Creates the repository from a template, by the host's own call for that. */
export function generateFromTemplate(ops: Operations, input: StepInput): Promise<Created | Again> {
  return creatingStep(ops, input, 'generateFromTemplate', firstWait, (access, provider, to, from) =>
    capability(creationOf(provider), 'generate')(access, mustHave(from), to),
  );
}
