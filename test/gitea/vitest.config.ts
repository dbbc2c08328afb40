import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { shared } from '../vitest.shared.ts';
import { missingForGitea } from './build.ts';

/** Modules in whose place others stand here, so that suites written for stand-ins meet the real one. */
const places: Readonly<Record<string, string>> = {
  'infra/local/sandbox/sandbox.ts': 'sandbox.ts',
  'test/infra/local/sandbox/visit.ts': 'visit.ts',
  'test/conformance/hosts.ts': 'hosts.ts',
};

const real: Plugin = {
  name: 'real-gitea',
  enforce: 'pre',
  async resolveId(source, importer) {
    const found = await this.resolve(source, importer, { skipSelf: true });
    const [, other] = Object.entries(places).find(([path]) => found?.id.endsWith(`/${path}`)) ?? [];
    return other === undefined ? null : join(import.meta.dirname, other);
  },
};

/**
 * `npm run test:gitea`: a Gitea built from source. Where it cannot be built, only the test whose name
 * says what is missing is left; it fails in continuous integration.
 */
export default defineConfig({
  plugins: [...shared.plugins, real],
  root: shared.root,
  test: {
    include:
      missingForGitea() === undefined
        ? ['test/gitea/*.test.ts', 'test/conformance/{account,creation,trouble}.test.ts']
        : ['test/gitea/built.test.ts'],
    globalSetup: ['test/gitea/setup.ts'],
    // Each file has a server of its own, and waits for it more than it works.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
});
