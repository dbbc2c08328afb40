import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import main from '../../vitest.config.ts';

/** `npm run test:clients`: a client from each generator, at work. Takes minutes. */
export default defineConfig({
  ...main,
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/clients/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // Two at once would fetch the same, and fill the machine.
    fileParallelism: false,
  },
});
