import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Plugin, TestProjectInlineConfiguration } from 'vitest/config';
import { parse } from 'yaml';
import { providersFile } from '../infra/esbuild-plugins.ts';

/** What infra/esbuild-plugins.ts does for the bundle: imported YAML is data. */
const yaml: Plugin = {
  name: 'yaml',
  enforce: 'pre',
  async load(id) {
    if (!/\.ya?ml$/.test(id)) return null;
    const data: unknown = parse(await readFile(providersFile(id), 'utf8'));
    return `export default ${JSON.stringify(data)}`;
  },
};

/** What every suite has in common. Time limits are for what hangs, not for what is slow. */
export const shared = {
  root: resolve(import.meta.dirname, '..'),
  plugins: [yaml],
  test: {
    isolate: false,
    includeTaskLocation: true,
    testTimeout: 240_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000, interval: 10 } },
  },
} satisfies TestProjectInlineConfiguration;
