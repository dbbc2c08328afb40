import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../infra/local/template.ts';
import { type Cell, simulate, tables } from '../../simulation/report.ts';
import { bounds, worth } from '../../simulation/worth.ts';

const trials = 2_000;

describe(`${trials} trials of every scenario at every server, by every protocol`, () => {
  let cells: readonly Cell[];
  beforeAll(async () => {
    cells = await simulate(trials);
  }, 1_200_000);

  test('given the protocol of lib/vault, when all is counted, then no promise is broken', () => {
    const own = cells.filter(({ protocol }) => protocol === 'forgebridge');
    expect(own.length).toBeGreaterThanOrEqual(27 + 3 * 15);
    expect(own.filter(({ sum }) => sum.broken.length > 0)).toEqual([]);
    expect(own.every(({ sum }) => sum.trials === trials)).toBe(true);
  });

  test('given docs/refresh.md, when all is counted again, then it shows exactly that', async () => {
    const text = await readFile(resolve(root, 'docs/refresh.md'), 'utf8');
    for (const one of tables(cells).split('\n\n')) expect(text).toContain(one);
  });
});

test('given docs/refresh.md, when each guard is taken out again, then the trials notice, and it shows exactly that', async () => {
  const text = await readFile(resolve(root, 'docs/refresh.md'), 'utf8');
  const rows = await worth(500);
  expect(rows.split('\n').filter((row) => row.endsWith('|  |'))).toEqual([]);
  expect(text).toContain(rows);
  expect(text).toContain(await bounds(500));
}, 1_800_000);
