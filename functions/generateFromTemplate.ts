import { generateFromTemplate } from '../lib/operations/steps/generate-from-template.ts';
import { step } from '../lib/runtime/step.ts';

/** Step: generates the repository from the template, once. */
export const handler = step(generateFromTemplate);
