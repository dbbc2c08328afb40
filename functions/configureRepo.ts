import { configureRepo } from '../lib/operations/steps/configure-repo.ts';
import { step } from '../lib/runtime/step.ts';

/** Step: applies the settings. */
export const handler = step(configureRepo);
