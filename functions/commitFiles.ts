import { step } from '../lib/edge/step-function.ts';
import { commitFiles } from '../lib/operations/steps/commit-files.ts';

/** Step: adds the files in as few commits as the host allows. */
export const handler = step(commitFiles);
