import { step } from '../lib/edge/step.ts';
import { forkRepo } from '../lib/operations/steps/fork-repo.ts';

/** Step: forks the template, once. */
export const handler = step(forkRepo);
