import { defineConfig } from 'vitest/config';

/** `npm run test:deploy`: minutes, not seconds, for a stack is made, changed and removed. */
export default defineConfig({
  test: {
    include: ['test/deploy/**/*.test.ts'],
    // One Python environment for all, and one stack at a time.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 900_000,
    reporters: ['verbose'],
  },
});
