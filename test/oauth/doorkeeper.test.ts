import { describe, expect, test } from 'vitest';
import { connectionLife } from './connection-life.ts';
import { missingDoorkeeper, startDoorkeeper } from './doorkeeper.ts';

const missing = missingDoorkeeper();

test(missing ?? 'given this machine, when its Doorkeeper is looked for, then it is there', () => {
  // On a developer's machine the name of this test says it; in continuous integration it must be there.
  expect(missing === undefined || process.env.CI !== 'true').toBe(true);
});

describe.skipIf(missing !== undefined)('Doorkeeper, which GitLab runs', () =>
  connectionLife(startDoorkeeper),
);
