import { createEmptyRepo } from '../lib/operations/steps/create-empty-repo.ts';
import { step } from '../lib/runtime/step.ts';

/** Step: creates a repository with a README, once. */
export const handler = step(createEmptyRepo);
