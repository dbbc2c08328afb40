import { capability } from '../../providers/provider.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import type { Again } from '../pause.ts';
import type { StepInput } from '../step.ts';
import { type Created, creatingStep } from './creating.ts';

/** Creates a repository with nothing but a first commit; there is no copy to wait for. */
export function createEmptyRepo(ops: Operations, input: StepInput): Promise<Created | Again> {
  return creatingStep(ops, input, 'createEmptyRepo', 0, (access, provider, to) =>
    capability(creationOf(provider), 'create')(access, to),
  );
}
