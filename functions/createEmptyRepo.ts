import { step } from '../lib/edge/step-function.ts';
import { createEmptyRepo } from '../lib/operations/steps/create-empty-repo.ts';

/** Step: creates a repository with a README, once. */
export const handler = step(createEmptyRepo);
