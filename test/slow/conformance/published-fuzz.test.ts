import { afterAll, beforeAll, describe, test } from 'vitest';
import { hosts } from '../../conformance/hosts.ts';
import { keepsTheOtherRows, readsOrRefuses } from '../../conformance/published-fuzz.ts';
import { type Stage, startStage } from '../../conformance/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.sandbox.close());

const seeds = Array.from({ length: 5 }, (_, n) => Number(process.env.SEED ?? 1) + n);

describe.each(hosts)('answers that the description of %s allows', (id) => {
  test.each(seeds)(
    'given those of seed %d, when any call is made, then they are read, or refused with a code, and no list is lost',
    async (seed) => {
      await readsOrRefuses(stage, id, { numRuns: 40, seed });
      await keepsTheOtherRows(stage, id, { numRuns: 40, seed });
    },
  );
});
