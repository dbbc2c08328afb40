import { step } from '../lib/edge/step-function.ts';
import { generateFromTemplate } from '../lib/operations/steps/generate-from-template.ts';

/** Step: generates the repository from the template, once. */
export const handler = step(generateFromTemplate);
