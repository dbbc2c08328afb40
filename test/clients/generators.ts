import type { Generator } from './generator.ts';
import { oapiCodegen } from './oapi-codegen/generator.ts';
import { openapiGeneratorJava } from './openapi-generator-java/generator.ts';
import { openapiGeneratorPython } from './openapi-generator-python/generator.ts';
import { openapiPythonClient } from './openapi-python-client/generator.ts';
import { openapiTypescript } from './openapi-typescript/generator.ts';

/** Each has a folder here, with the program that uses its client. */
export const generators: readonly Generator[] = [
  openapiPythonClient,
  openapiGeneratorPython,
  openapiGeneratorJava,
  oapiCodegen,
  openapiTypescript,
];
