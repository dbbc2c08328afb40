import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { checklist } from './test/checklist/reporter.ts';
import { InOrder } from './test/order.ts';
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

/** `npm run test:unit`. Named only where it is asked for: a project has processes of its own. */
const unit = /--project[ =]unit\b/.test(process.argv.join(' '));
/** Whole creations at every host's stand-in, which the loop at the desk does not wait for. */
const atEveryHost = ['test/lib/operations/{exactly-once,ready-but-not,host-answers}.test.ts'];

/**
 * `npm test`. Files share a process, of which each takes three seconds of work to warm up: whatever a
 * test changes in it, it puts back. Some tests wait for one another or for the clock, so there is one
 * process more than there are processors; the unit tests do not.
 */
export default defineConfig({
  test: {
    reporters: unit ? ['default'] : ['default', checklist('compare')],
    maxWorkers: Math.max(unit ? 2 : 3, availableParallelism()),
    sequence: { sequencer: InOrder },
    projects: [
      {
        ...shared,
        test: {
          ...shared.test,
          ...(unit
            ? { name: 'unit', include: ['test/lib/**/*.test.ts'], exclude: atEveryHost }
            : { name: 'whole', include: ['test/**/*.test.ts'], exclude: elsewhere }),
        },
      },
    ],
  },
});
