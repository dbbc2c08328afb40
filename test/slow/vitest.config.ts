import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import main from '../../vitest.config.ts';

/** `npm run test:slow`: many processes, many trials, another DynamoDB. Takes minutes. */
export default defineConfig({
  ...main,
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/slow/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // Each of them fills the machine by itself.
    fileParallelism: false,
  },
});
