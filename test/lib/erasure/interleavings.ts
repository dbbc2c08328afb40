import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, startDynalite } from '../../harness/dynalite.ts';
import { type Host, startHost } from '../operations/host.ts';
import { tryErasing } from './trial.ts';

/** `seeds` orders in which everybody reaches the table and the host at once. */
export function expectNothingLeft(seeds: number): void {
  describe('an erasure beside a callback, a creation, a refresh and idle care', () => {
    let database: Database;
    let host: Host;
    beforeAll(async () => {
      database = await startDynalite();
      host = await startHost(Date.now);
    });
    afterAll(async () => {
      await host.close();
      await database.stop();
    });

    test(`given ${seeds} orders, when all of it has ended, then nothing worked once what was under way was over, and nothing of the subject is left, here or at the host`, async () => {
      const ends = new Set<string>();
      for (let seed = 1; seed <= seeds; seed += 1) {
        const outcome = await tryErasing(database, host, seed);
        expect({ seed, ...outcome }).toMatchObject({
          seed,
          worked: [],
          left: [],
          live: 0,
          status: 'complete',
        });
        for (const [name, end] of Object.entries(outcome.ends)) ends.add(`${name} ${end}`);
      }
      // They did meet: each of these got through in some orders, and was turned away in others.
      expect([...ends].filter((end) => end.endsWith(' done')).length).toBeGreaterThan(2);
      expect([...ends].filter((end) => /^callback (?!done)/.test(end))).not.toEqual([]);
    });
  });
}
