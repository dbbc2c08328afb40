import { defineConfig } from 'vitest/config';
import { shared } from '../vitest.shared.ts';

/** `npm run test:slow`: many processes, many trials, another DynamoDB. Takes minutes. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ['test/slow/**/*.test.ts'],
    testTimeout: 600_000,
    // Each of them fills the machine by itself.
    isolate: true,
    fileParallelism: false,
  },
});
