import * as z from 'zod/mini';
import { stepSchema, stepWith } from '../lib/edge/step-function.ts';
import { finishOperation } from '../lib/operations/steps/finish-operation.ts';

const schema = z.extend(stepSchema, { error: z.exactOptional(z.string()) });

/** Step: writes how the operation ended, cleans up after a failure, tells of it. */
export const handler = stepWith(schema, finishOperation);
