import { defineConfig } from 'vitest/config';
import { shared } from '../vitest.shared.ts';

/** `npm run test:clients`: a client from each generator, at work. Takes minutes. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    isolate: true,
    include: ['test/clients/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // Two at once would fetch the same, and fill the machine.
    fileParallelism: false,
  },
});
