import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSession } from '../../../lib/callers/sessions.ts';
import { addErasure, readErasure } from '../../../lib/erasure/record.ts';
import { close, erase, type Step } from '../../../lib/erasure/steps.ts';
import { beginFlow } from '../../../lib/oauth/flow.ts';
import type { Provider } from '../../../lib/providers/provider.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import { connectionStore } from '../../../lib/vault/vault.ts';
import { connectWith } from '../../harness/connect-with.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';
import { hostClient } from '../operations/client.ts';
import { leftOf, tokensOf, vaultOver } from './parts.ts';

const life = 29_000;
/** Milliseconds that each request takes, of the function's time. */
const [atTable, atHost] = [3, 150];

/** Erases a subject with so many connections, in as many steps as it takes. */
export function expectAllErased(connections: number): void {
  describe(`a subject with ${connections} connections`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await startDynalite();
    });
    afterAll(() => database.stop());

    test('given a function that lives 29 s, when the subject is erased, then each step ends in time, and in the end nothing is left', async () => {
      const now = Date.now;
      const partition = subjectPartition(randomUUID());
      const live = new Set<string>();
      let left = life;
      const takes = <T extends object>(target: T, milliseconds: number) =>
        new Proxy(target, {
          get(from, name) {
            const member: unknown = Reflect.get(from, name);
            if (typeof member !== 'function') return member;
            return (...given: unknown[]) => {
              left -= milliseconds;
              return Reflect.apply(member, from, given);
            };
          },
        });
      const host: Provider = tokensOf(hostClient('https://host.example', now), live, now, [
        '1',
        '2',
      ]);
      const table = takes(database.table, atTable);
      const vault = vaultOver(connectionStore(table), { ...host, ...takes(host, atHost) }, now);
      for (let number = 0; number < connections; number += 1) {
        const account = { id: String(number), login: `login-${number}` };
        const tokens = await host.exchange({ code: '', redirectUri: '', codeVerifier: '' });
        const consent = { partition, provider: host.settings.id, account, tokens };
        await connectWith(vault, { ...consent, redirectUri: 'https://bridge.example/' });
      }
      const flow = { partition, sessionId: 's', provider: 'host', redirectUri: '', returnTo: '' };
      for (let number = 0; number < 120; number += 1) {
        await startSession(table, { partition }, now());
        await beginFlow(table, flow, now());
      }
      expect(live.size).toBe(2 * connections);

      const erasure = await addErasure(table, partition, now());
      const counted: Record<string, number> = { close: 0, erase: 0 };
      const untilDone = async (name: string, step: () => Promise<Step>) => {
        for (;;) {
          left = life;
          const { state } = await step();
          expect(left, name).toBeGreaterThan(0);
          counted[name] = (counted[name] ?? 0) + 1;
          if (state === 'done') return;
          expect(state).toBe('again');
        }
      };
      const erasing = { table, vault, timeLeft: () => left };
      await untilDone('close', () => close(erasing, partition));
      await untilDone('erase', () => erase(erasing, partition, erasure));

      // Each step of the second state revokes as many as fit, at least a page's worth of work.
      expect(counted.erase).toBeGreaterThan(1);
      expect(counted.erase).toBeLessThan(2 + connections / 50);
      expect(await leftOf(database, partition)).toEqual([]);
      expect(live.size).toBe(0);
      expect(await readErasure(database.table, erasure.id)).toMatchObject({
        status: 'complete',
        removed: connections,
        pending: 0,
      });
    });
  });
}
