import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { sealTokens } from '../../../lib/vault/tokens.ts';
import { accessToken, withAccess } from '../../../lib/vault/vault.ts';
import { gate } from './authorization-server.ts';
import { failure, hour, startWorld, type World } from './world.ts';

let world: World;
const invalidGrant = { answer: { status: 400, body: { error: 'invalid_grant' } } };

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function status(ref: Parameters<World['record']>[0]) {
  return (await world.record(ref))?.status;
}

describe('a refusal by the provider', () => {
  test('C35 given our client secret is refused, when many ask, then no user is marked, the operator is called, and the provider rests', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const before = world.server.refreshes();
    world.clientSecret = 'wrong';
    world.outcomes.length = 0;
    const error = await failure(accessToken(world.vault(), world.request(ref)));
    expect(error).toMatchObject({ code: 'Misconfigured', details: { reason: 'invalid_client' } });
    for (const _ of [1, 2, 3]) {
      const next = await failure(accessToken(world.vault(), world.request(ref)));
      expect(next).toMatchObject({ code: 'ProviderUnavailable' });
    }
    expect(world.server.refreshes() - before).toBe(1);
    expect(world.outcomes).toEqual(['misconfigured']);
    expect(await status(ref)).toBe('active');

    world.clientSecret = 'right';
    world.advance(33_000);
    expect((await accessToken(world.vault(), world.request(ref))).generation).toBe(2);
  });

  test('given our client secret is refused and the token is still good, when it is asked for, then it is handed out', async () => {
    const { ref } = await world.connected({ endsIn: 50_000 });
    world.clientSecret = 'wrong';
    const token = await accessToken(world.vault(), world.request(ref));
    world.clientSecret = 'right';
    expect(token.generation).toBe(1);
    expect(world.server.isLive(token.accessToken)).toBe(true);
  });

  test('C36 given another writer stored newer tokens, when our refresh is refused, then those are used and nobody is marked', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const before = world.server.refreshes();
    const refusal = gate();
    world.server.faults.push({ gate: refusal, ...invalidGrant });
    const asked = accessToken(world.vault(), world.request(ref));
    await refusal.reached;

    const vault = world.vault();
    const held = await vault.store.read(ref);
    if (held === undefined) throw new Error('there is one');
    const theirs = { ...world.server.consent(), expiresAt: world.now() + hour };
    const next = { ...held, gen: held.gen + 1 };
    const written = { now: world.now(), write: 'theirs' };
    const sealed = await sealTokens(await vault.sealer.ready(), next, theirs, written);
    await vault.store.storeTokens(held, sealed, world.now());

    refusal.open();
    expect(await asked).toMatchObject({ accessToken: theirs.accessToken, generation: 2 });
    expect(world.server.refreshes() - before).toBe(1);
    expect(await status(ref)).toBe('active');
  });

  test('C36 given the refusal was a passing one, when it is tried once more, then the connection lives on', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const before = world.server.refreshes();
    world.server.faults.push(invalidGrant);
    expect((await accessToken(world.vault(), world.request(ref))).generation).toBe(2);
    expect(world.server.refreshes() - before).toBe(2);
  });

  test('given the refresh token is dead, when many ask, then the user must reconnect, and the provider is not asked again', async () => {
    const { ref, tokens } = await world.connected({ endsIn: -1 });
    const before = world.server.refreshes();
    world.server.kill(tokens.refreshToken);
    for (const _ of [1, 2, 3]) {
      const error = await failure(accessToken(world.vault(), world.request(ref)));
      expect(error).toMatchObject({
        code: 'ReconnectRequired',
        details: { reason: 'invalid_grant' },
      });
    }
    expect(world.server.refreshes() - before).toBe(2);
    expect(await status(ref)).toBe('reconnect_required');
  });
});

describe('a token that the provider answers with 401', () => {
  const use = (...[access, provider]: Parameters<Parameters<typeof withAccess>[2]>) =>
    provider.identify(access.token);

  test('C37 given a token that was ended, when 20 callers meet the 401 at once, then it is refreshed once and each is served', async () => {
    const { ref, tokens } = await world.connected();
    const before = world.server.refreshes();
    world.server.kill(tokens.accessToken);
    const vault = world.vault();
    const served = await Promise.all(
      Array.from({ length: 20 }, () => withAccess(vault, world.request(ref), use)),
    );
    expect(served.map(({ login }) => login)).toEqual(Array(20).fill('ada'));
    expect(world.server.refreshes() - before).toBe(1);
    expect((await world.record(ref))?.gen).toBe(2);
  });

  test('C37 given a caller names a generation that was replaced already, when it asks, then nothing is refreshed', async () => {
    const { ref } = await world.connected();
    await accessToken(world.vault(), world.request(ref, { rejectedGeneration: 1 }));
    const before = world.server.refreshes();
    const token = await accessToken(world.vault(), world.request(ref, { rejectedGeneration: 1 }));
    expect(token.generation).toBe(2);
    expect(world.server.refreshes()).toBe(before);
  });

  test('given any other failure of the call, when it happens, then it is passed on and nothing is refreshed', async () => {
    const { ref } = await world.connected();
    const missing = async () => {
      throw new ForgebridgeError('NotFound');
    };
    const error = await failure(withAccess(world.vault(), world.request(ref), missing));
    expect(error?.code).toBe('NotFound');
    expect((await world.record(ref))?.gen).toBe(1);
  });

  test('given a token that cannot be refreshed, when one caller alone says 401, then the provider is asked, and believed: the token is handed out again', async () => {
    const { ref } = await world.connected();
    const { accessToken: only } = world.server.consent();
    const { generation } = await world.consent(ref.partition, { accessToken: only });
    const again = world.request(ref, { rejectedGeneration: generation });
    expect((await accessToken(world.vault(), again)).accessToken).toBe(only);
    expect(await status(ref)).toBe('active');
  });
});

describe('a provider that is down', () => {
  test.each([
    ['answers 503', { answer: { status: 503 } }],
    ['answers 429', { answer: { status: 429, retryAfter: 1 } }],
  ])(
    'C38 given it %s for ten minutes, when a caller asks every ten seconds, then it is asked at most once in 30 s',
    async (_, outage) => {
      const { ref } = await world.connected({ endsIn: -1 });
      const vault = world.vault();
      world.server.outage = outage;
      const times: number[] = [];
      for (let asked = 0; asked < 60; asked += 1) {
        const before = world.server.refreshes();
        const error = await failure(accessToken(vault, world.request(ref)));
        expect(error?.retryable).toBe(true);
        expect(error?.details.retryAfter).toBeGreaterThan(0);
        if (world.server.refreshes() > before) times.push(world.now());
        world.advance(10_000);
      }
      world.server.outage = undefined;
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30_000);
      expect(times.length).toBeGreaterThan(10);
      world.advance(40_000);
      expect((await accessToken(vault, world.request(ref))).generation).toBe(2);
    },
  );

  test('C38 given it is down and the token is still good, when it is asked for, then it is handed out', async () => {
    const { ref, tokens } = await world.connected({ endsIn: 50_000 });
    const before = world.server.refreshes();
    world.server.outage = { answer: { status: 503 } };
    for (const _ of [1, 2, 3]) {
      const token = await accessToken(world.vault(), world.request(ref));
      expect(token.accessToken).toBe(tokens.accessToken);
    }
    world.server.outage = undefined;
    expect(world.server.refreshes() - before).toBe(1);
  });

  test('given it asks to be left alone for ten minutes, when a caller asks before, then it is left alone', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    world.server.faults.push({ answer: { status: 429, retryAfter: 600 } });
    const error = await failure(accessToken(world.vault(), world.request(ref)));
    expect(error).toMatchObject({ code: 'RateLimited', details: { retryAfter: 600 } });
    const before = world.server.refreshes();
    world.advance(590_000);
    await failure(accessToken(world.vault(), world.request(ref)));
    expect(world.server.refreshes()).toBe(before);
  });
});
