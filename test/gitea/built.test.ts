import { expect, test } from 'vitest';
import { missingForGitea } from './build.ts';

const missing = missingForGitea();

test(
  missing ?? 'given this machine, when Gitea is to be built, then all that it takes is there',
  () => {
    // On a developer's machine the name of this test says it; in continuous integration it must be there.
    expect(missing === undefined || process.env.CI !== 'true').toBe(true);
  },
);
