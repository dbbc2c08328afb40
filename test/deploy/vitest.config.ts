import { defineConfig } from 'vitest/config';

/** `npm run test:deploy`: minutes, not seconds, for a stack is made, changed and removed. */
export default defineConfig({
  test: {
    include: ['test/deploy/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 900_000,
    reporters: ['verbose'],
  },
});
