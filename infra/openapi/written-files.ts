import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod/mini';
import { root } from '../local/template.ts';
import { openapi } from './document.ts';
import { olderForm } from './older.ts';
import type { JsonSchema } from './schemas.ts';

const heading = '# Written by `npm run openapi` from lib/api. Change it there.\n';
const packageSchema = z.object({ version: z.string() });

/** The files that describe the API, as they must be, by their path from the root. */
export function descriptionFiles(): ReadonlyMap<string, string> {
  const { version } = packageSchema.parse(
    JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')),
  );
  const description = openapi(version);
  return new Map([
    ['openapi.yaml', text(description)],
    ['openapi-3.0.yaml', text(olderForm(description))],
  ]);
}

function text(description: JsonSchema): string {
  // Readers differ: no anchors, and in quotes whatever YAML 1.1 would take for a time or a boolean.
  const options = {
    aliasDuplicateObjects: false,
    schema: 'yaml-1.1',
    blockQuote: 'literal',
  } as const;
  return heading + stringify(description, { ...options, lineWidth: 100 });
}
