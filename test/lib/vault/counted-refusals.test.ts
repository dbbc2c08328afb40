import { afterAll, beforeAll, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import type { Provider } from '../../../lib/providers/provider.ts';
import { withAccess } from '../../../lib/vault/vault.ts';
import { failure, hour, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const minutes = 60_000;

/** A connection whose token never ends and cannot be refreshed. */
async function endless(isAlive?: Provider['isAlive']) {
  const { ref } = await world.connected();
  await world.consent(ref.partition, { accessToken: world.server.consent().accessToken });
  world.advance(10_000);
  const host = { ...world.host, ...(isAlive === undefined ? {} : { isAlive }) };
  const vault = world.vault({ providers: async () => host });
  const use = (works: boolean) =>
    failure(
      withAccess(vault, world.request(ref), async () => {
        if (!works) {
          throw new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
        }
      }),
    );
  return { ref, vault, refused: () => use(false), taken: () => use(true) };
}

test('given refusals five minutes apart, when the third comes, then the connection is marked, with the reason; a millisecond less does not count', async () => {
  const { ref, refused } = await endless();
  await refused();
  const first = (await world.record(ref))?.refusedAt ?? 0;
  world.advance(first + 5 * minutes - world.now() - 6_000);
  await refused();
  expect(await world.record(ref)).toMatchObject({ refusals: 1, refusedAt: first });
  for (const count of [2, 3]) {
    world.advance(5 * minutes);
    await refused();
    if (count === 2) expect(await world.record(ref)).toMatchObject({ refusals: 2 });
  }
  expect(await world.record(ref)).toMatchObject({
    status: 'reconnect_required',
    reason: 'access_token_rejected',
  });
});

test('given two refusals, when the next one comes more than a day later, then it is the first again', async () => {
  const { ref, refused } = await endless();
  await refused();
  world.advance(6 * minutes);
  await refused();
  expect(await world.record(ref)).toMatchObject({ refusals: 2, status: 'active' });
  world.advance(25 * hour);
  await refused();
  expect(await world.record(ref)).toMatchObject({ refusals: 1, status: 'active' });
});

test('given no refusal, when a token is used, then nothing is written', async () => {
  const { ref, taken } = await endless();
  const before = world.database.calls.filter((call) => call === 'UpdateItem').length;
  await taken();
  expect(world.database.calls.filter((call) => call === 'UpdateItem')).toHaveLength(before);
  expect((await world.record(ref))?.status).toBe('active');
});

test('given a host that says whether a token lives, when it says so, then no refusal is counted, and it had the time that is left', async () => {
  const limits: number[] = [];
  const { ref, vault, refused } = await endless(async () => true);
  const { timeLimit } = vault;
  Object.assign(vault, {
    timeLimit(milliseconds: number) {
      limits.push(milliseconds);
      return timeLimit(milliseconds);
    },
  });
  expect(await refused()).toMatchObject({ code: 'ProviderUnavailable' });
  expect(await world.record(ref)).not.toHaveProperty('refusedAt');
  expect(limits.at(-1)).toBeGreaterThan(10_000);
  expect(limits.at(-1)).toBeLessThanOrEqual(24_000);
});
