import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { tryNamedChanges } from './named.ts';

/*
 * Changes the named files in every small way, and looks whether their unit tests notice (StrykerJS).
 *
 *   npm run mutate -- lib/vault/connect.ts
 *   npm run mutate -- 'lib/sealing/*.ts' --least 85
 *   npm run mutate -- --named      the changes of named-changes.ts, each with the test that notices it
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    least: { type: 'string', default: '85' },
    named: { type: 'boolean', default: false },
  },
});
if (values.named) process.exit(tryNamedChanges() === 0 ? 0 : 1);
const folders = [...new Set(positionals.map((file) => file.split('/')[1] ?? ''))];
const [folder] = folders;
if (folder === undefined || folders.length > 1) {
  throw new Error('Name files of one folder of lib.');
}
process.env.FOLDER = folder;

const stryker = new Stryker({
  mutate: positionals,
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutate/vitest.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  checkers: [],
  // It need not know how we type.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Other work on the machine must not look like an endless loop.
  timeoutMS: 30_000,
  timeoutFactor: 3,
  ignorePatterns: ['.serverless', '.venv', 'docs', 'coverage'],
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: `node_modules/.cache/mutation-${folder}.json` },
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false },
  thresholds: { high: 95, low: 85, break: Number(values.least) },
  // Static members run once, for all tests; each would be a run of all of them.
  ignoreStatic: true,
});
await stryker.runMutationTest();
