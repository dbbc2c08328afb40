import { step } from '../lib/edge/step-function.ts';
import { configureRepo } from '../lib/operations/steps/configure-repo.ts';

/** Step: applies the settings. */
export const handler = step(configureRepo);
