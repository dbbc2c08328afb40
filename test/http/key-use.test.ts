import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, signedIn } from './person.ts';
import { recordsOf } from './records.ts';

const tokenRead = 'dynamodb:GetItem SUBJECT';
const keyRead = 'dynamodb:GetItem APIKEYS';
const useWritten = 'dynamodb:UpdateItem KEYUSE';

describe('what a token call asks of the tables', () => {
  let gateway: TestGateway;
  let connection: string;
  beforeAll(async () => {
    // A token that is good throughout.
    const sandbox = { accessSeconds: { gitea: 30 * 24 * 3_600 } };
    gateway = await startTestGateway({ sandbox });
    connection = await connected(gateway, await signedIn(gateway, 'user'), 'gitea');
  });
  afterAll(() => gateway.stop());
  // Every test begins with a container that knows nothing, at a time when nothing is an hour old.
  beforeEach(() => {
    vi.resetModules();
    gateway.clock.advance(2 * 3_600_000);
  });

  async function asked(): Promise<readonly string[]> {
    const before = gateway.decisions.length;
    const answer = await backend(gateway, 'user')('POST', `/connections/${connection}/token`);
    expect(answer.status).toBe(200);
    return gateway.decisions
      .slice(before)
      .map(({ permission }) => permission)
      .filter((permission) => permission.startsWith('dynamodb:'));
  }
  const usedAt = async () => (await recordsOf(gateway, 'KEYUSE'))[0]?.usedAt;

  test('given a container that knows the key, when a token is asked for, then that is exactly one read of the table and nothing else; the key costs one read in 30 s, and its use one write in an hour', async () => {
    await asked();
    const known: string[][] = [];
    for (const seconds of [0, 29, 2, 29, 3_600]) {
      gateway.clock.advance(seconds * 1_000);
      known.push([...(await asked())]);
    }
    expect(known).toEqual([
      [tokenRead],
      [tokenRead],
      [keyRead, tokenRead],
      [tokenRead],
      [keyRead, useWritten, tokenRead],
    ]);
  });

  test('given many containers, when each meets the key in the same hour, then its last use is written once, and after an hour again', async () => {
    await asked();
    const first = await usedAt();
    for (let container = 0; container < 3; container += 1) {
      vi.resetModules();
      gateway.clock.advance(60_000);
      // The SDK takes the leap of the clock for skew and repeats what is refused.
      expect([...new Set(await asked())]).toEqual([keyRead, useWritten, tokenRead]);
      expect(await usedAt()).toBe(first);
    }
    vi.resetModules();
    gateway.clock.advance(3_600_000);
    await asked();
    expect(await usedAt()).toBeGreaterThanOrEqual(Number(first) + 3_600_000);
  });

  test('given a key that is none, when it calls, then no use is written', async () => {
    const before = await usedAt();
    const sent = { authorization: `Bearer fb_${'x'.repeat(43)}` };
    const answer = await backend(gateway, 'user')('GET', '/connections', { headers: sent });
    expect(answer.status).toBe(401);
    expect(await usedAt()).toBe(before);
  });
});
