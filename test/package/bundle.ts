import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Packaged } from './packaged.ts';
import { unzip } from './unzip.ts';

/** What is deployed as one function. */
export interface Bundle {
  /** Names of all files in the zip. */
  readonly files: readonly string[];
  readonly code: Buffer;
  /** What it is made of, from the root of the project; what was shaken off is not there. */
  readonly sources: readonly string[];
  /** Packages among them. */
  readonly packages: ReadonlySet<string>;
}

const sourceMap = z.object({ sources: z.array(z.string()) });

export async function openBundle({ zip }: Packaged, name: string): Promise<Bundle> {
  const files = unzip(await readFile(zip(name)));
  const file = `functions/${name}.mjs`;
  const map = sourceMap.parse(JSON.parse(String(files.get(`${file}.map`))));
  const sources = map.sources.map((source) => join('functions', source).replace(/^(\.\.\/)+/, ''));
  return {
    files: [...files.keys()],
    code: files.get(file) ?? Buffer.of(),
    sources,
    packages: new Set(
      sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []),
    ),
  };
}
