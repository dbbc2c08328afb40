import { capability } from '../../providers/provider.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import type { Again } from '../pause.ts';
import type { StepInput } from '../step.ts';
import { firstWait } from '../wait.ts';
import { type Created, creatingStep, mustHave } from './creating.ts';

/** Creates the repository as a fork of its template. */
export function forkRepo(ops: Operations, input: StepInput): Promise<Created | Again> {
  return creatingStep(ops, input, 'forkRepo', firstWait, (access, provider, to, from) =>
    capability(creationOf(provider), 'fork')(access, mustHave(from), to),
  );
}
