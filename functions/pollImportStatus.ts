import { step } from '../lib/edge/step-function.ts';
import { pollImportStatus } from '../lib/operations/steps/poll-import-status.ts';

/** Step: looks whether the contents are there, and says how long to wait. */
export const handler = step(pollImportStatus);
