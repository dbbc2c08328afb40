import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databases } from '../databases.ts';
import { type Stage, startStage } from './stage.ts';
import type { Errand } from './worker.ts';

const processes = 8;
const callers = 125;
const life = 29_000;

describe.each(databases)('8 processes, %s', (_, startTables) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage(startTables);
  });
  afterAll(() => stage.stop());

  test('C29 given a token that has ended, when 1,000 callers in 8 processes ask at once, then the provider is asked once and all get that token', async () => {
    const host = stage.hosts['revokes-on-reuse'];
    const ref = await stage.connected('revokes-on-reuse');
    // Long enough that all of them come while the first one is refreshing.
    host.faults.push({ delay: 1_500 });
    const workers = await Promise.all(Array.from({ length: processes }, () => stage.worker()));
    const { site } = stage;
    const errand: Errand = { site, refs: Array.from({ length: callers }, () => ref), life };

    const answers = await Promise.all(
      workers.map(async (child) => {
        const answered = once(child, 'message');
        child.send(errand);
        const [words] = await answered;
        return words as string[]; // the worker's only other message is a list of words
      }),
    );

    const words = answers.flat();
    expect(words).toHaveLength(processes * callers);
    expect(host.refreshes()).toBe(1);
    expect(new Set(words).size).toBe(1);
    expect(host.isLive(words[0] ?? '')).toBe(true);
  });
});
