import { pollImportStatus } from '../lib/operations/steps/poll-import-status.ts';
import { step } from '../lib/runtime/step.ts';

/** Step: looks whether the contents are there, and says how long to wait. */
export const handler = step(pollImportStatus);
