import { forkRepo } from '../lib/operations/steps/fork-repo.ts';
import { step } from '../lib/runtime/step.ts';

/** Step: forks the template, once. */
export const handler = step(forkRepo);
