import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { checklist } from './test/checklist/reporter.ts';
import { shared } from './test/vitest.shared.ts';

/** Elsewhere than beside the code that they are about: real processes, real browsers, minutes. */
const elsewhere = [
  'test/slow/**',
  'test/deploy/**',
  'test/browser/**',
  'test/clients/**',
  'test/oauth/doorkeeper.test.ts',
  'test/gitea/**',
];

/**
 * `npm test`. Files share a process: whatever a test changes in it, it puts back. Some tests wait
 * for one another or for the clock, so there are more workers than processors.
 */
export default defineConfig({
  test: {
    reporters: ['default', checklist('compare')],
    maxWorkers: Math.max(3, availableParallelism()),
    projects: [
      { ...shared, test: { ...shared.test, name: 'unit', include: ['test/lib/**/*.test.ts'] } },
      {
        ...shared,
        test: {
          ...shared.test,
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, 'test/lib/**', 'test/package/**'],
        },
      },
      {
        ...shared,
        test: {
          ...shared.test,
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: ['test/package/setup.ts'],
          // Last, for they wait for what is packaged while the others run.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
