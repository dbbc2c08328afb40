import { afterAll, beforeAll, describe, test } from 'vitest';
import { hosts } from './hosts.ts';
import { keepsTheOtherRows, readsOrRefuses } from './published-fuzz.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.sandbox.close());

/** A few here, many in `npm run test:slow`; RUNS=… and SEED=… try more. */
const { RUNS = '3', SEED = '11' } = process.env;
const runs = { numRuns: Number(RUNS), seed: Number(SEED) };

describe.each(hosts)('answers that the description of %s allows', (id) => {
  test('given any of them, when any call is made, then they are read, or refused with a code', async () => {
    await readsOrRefuses(stage, id, runs);
  });

  test('given any rows of them in a list, when it is read, then the others are there', async () => {
    await keepsTheOtherRows(stage, id, runs);
  });
});
