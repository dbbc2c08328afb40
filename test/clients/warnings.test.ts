import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openapiGeneratorJava } from './openapi-generator-java/generator.ts';
import { openapiPythonClient } from './openapi-python-client/generator.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forgebridge-warnings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A description of one route, whose 404 is of that schema. */
function described(openapi: string, refusal: object): string {
  const description = join(folder, 'description.yaml');
  const reply = { description: 'No.', content: { 'application/json': { schema: refusal } } };
  const get = { operationId: 'look', responses: { 204: { description: 'Yes.' }, 404: reply } };
  const schemas = {
    Problem: { type: 'object', properties: { status: { type: 'integer' } } },
    Names: { type: 'array', items: { type: 'string' } },
  };
  writeFileSync(
    description,
    stringify({
      openapi,
      info: { title: 'Disliked', version: '1' },
      paths: { '/': { get } },
      components: { schemas },
    }),
  );
  return description;
}

describe('a description with something that generators dislike', () => {
  test('given an error with a fixed status, when openapi-python-client reads it, then its warning is reported', async () => {
    const problem = { $ref: '#/components/schemas/Problem' };
    const narrowed = { allOf: [problem, { properties: { status: { const: 404 } } }] };
    await openapiPythonClient.prepare();
    const warnings = await openapiPythonClient.generate(described('3.1.0', narrowed), folder);
    expect(warnings.join('\n')).toContain('response will be omitted');
  });

  test('given a list with a name of its own, when openapi-generator reads it, then its warning is reported', async () => {
    const names = { type: 'object', properties: { names: { $ref: '#/components/schemas/Names' } } };
    await openapiGeneratorJava.prepare();
    const warnings = await openapiGeneratorJava.generate(described('3.0.3', names), folder);
    expect(warnings.join('\n')).toContain('Failed to get the schema name');
  });
});
