import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../infra/local/template.ts';
import { namedChanges } from './named-changes.ts';

test.each(namedChanges)(
  'given the change “$what”, when its place is looked for, then it stands there once, and its tests are there',
  ({ file, from, tests }) => {
    expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
    for (const each of tests) expect(existsSync(join(root, each)), each).toBe(true);
  },
);
