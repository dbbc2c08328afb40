import { step } from '../lib/edge/step-function.ts';
import { forkRepo } from '../lib/operations/steps/fork-repo.ts';

/** Step: forks the template, once. */
export const handler = step(forkRepo);
