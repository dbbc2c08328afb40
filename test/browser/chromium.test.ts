import { expect, test } from 'vitest';
import { missingChromium } from './chromium.ts';

const missing = missingChromium();

test(missing ?? 'given this machine, when its Chromium is looked for, then it is there', () => {
  // On a developer's machine the name of this test says it; in continuous integration it must be there.
  expect(missing === undefined || process.env.CI !== 'true').toBe(true);
});
