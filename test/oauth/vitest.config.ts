import { defineConfig } from 'vitest/config';

/** `npm run test:oauth`: the GitLab kind and the vault at OAuth servers that nobody here wrote. */
export default defineConfig({
  test: {
    include: ['test/oauth/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
});
