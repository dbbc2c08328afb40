import { expect, test } from 'vitest';
import { simulateCreation } from '../../simulation/creation/campaign.ts';

/** As many as `npm run simulate` has, with TRIALS=2000. */
const trials = Number(process.env.TRIALS ?? 200);

test(`given ${trials} trials of every scenario at hosts of every style, when all is counted, then no promise of docs/create.md is broken`, async () => {
  const cells = await simulateCreation(trials);
  expect(cells.filter(({ count }) => count.broken.length > 0)).toEqual([]);
  expect(cells.every(({ count }) => count.trials === trials)).toBe(true);
}, 3_600_000);
