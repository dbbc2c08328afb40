import { readFile } from 'node:fs/promises';
import { defineConfig, type Plugin } from 'vitest/config';
import { parse } from 'yaml';
import { providersFile } from './infra/esbuild-plugins.ts';

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

export default defineConfig({
  plugins: [yaml],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/slow/**',
      'test/deploy/**',
      'test/browser/**',
      'test/clients/**',
      'test/oauth/doorkeeper.test.ts',
    ],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
