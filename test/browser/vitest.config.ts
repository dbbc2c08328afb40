import { defineConfig } from 'vitest/config';
import { missingChromium } from './chromium.ts';

/**
 * `npm run test:browser`: the local stack in a real browser. Where there is none, only the test
 * whose name says how to get one is left; it fails in continuous integration.
 */
export default defineConfig({
  test: {
    include: [`test/browser/${missingChromium() === undefined ? '*' : 'chromium'}.test.ts`],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One machine, one stack, one browser.
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
