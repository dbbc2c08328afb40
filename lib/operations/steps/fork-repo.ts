import { capability } from '../../providers/provider.ts';
import type { Operations } from '../operation.ts';
import type { StepInput } from '../step.ts';
import { firstWait } from '../wait.ts';
import { type Created, creatingStep, templateOf } from './creating.ts';

/** Creates the repository as a fork of its template. */
export function forkRepo(ops: Operations, input: StepInput): Promise<Created> {
  return creatingStep(ops, input, 'forkRepo', firstWait, (plan) => {
    const from = templateOf(plan);
    return (access, provider, to) => capability(provider, 'fork')(access, from, to);
  });
}
