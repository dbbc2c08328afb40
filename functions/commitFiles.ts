import { commitFiles } from '../lib/operations/steps/commit-files.ts';
import { step } from '../lib/runtime/step.ts';

/** Step: adds the files in as few commits as the host allows. */
export const handler = step(commitFiles);
