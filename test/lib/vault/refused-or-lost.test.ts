import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, ForgebridgeError } from '../../../lib/errors.ts';
import { accessToken, disconnect } from '../../../lib/vault/vault.ts';
import { failure, hour, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** A provider that refuses or loses every refresh with that error; `each` runs before each answer. */
function failing(code: ErrorCode, details = {}, each: () => unknown = () => {}) {
  const asked = { times: 0 };
  const refresh = async () => {
    asked.times += 1;
    await each();
    throw new ForgebridgeError(code, details);
  };
  return { asked, vault: world.vault({ providers: async () => ({ ...world.host, refresh }) }) };
}

describe('a provider that gives no tokens', () => {
  test.each([
    ['RateLimited', 'rate_limited', false],
    ['ProviderUnavailable', 'provider_unavailable', false],
    ['Misconfigured', 'misconfigured', false],
    ['ProviderTimeout', 'reply_lost', true],
  ] as const)(
    'given %s, when the refresh ends, then it is counted as %s, and the tokens are in doubt: %s',
    async (code, outcome, inDoubt) => {
      const { ref } = await world.connected({ endsIn: -1 });
      const { vault } = failing(code);
      world.outcomes.length = 0;
      expect((await failure(accessToken(vault, world.request(ref))))?.code).toBe(code);
      expect(world.outcomes).toEqual([outcome]);
      expect((await world.record(ref))?.leaseUntil).toBe(inDoubt ? 0 : undefined);
    },
  );

  test('given it asks for two minutes, when the next caller comes, then both are told so', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const { vault } = failing('RateLimited', { retryAfter: 120 });
    const error = await failure(accessToken(vault, world.request(ref)));
    expect(error?.details.retryAfter).toBe(120);
    const next = await failure(accessToken(vault, world.request(ref)));
    expect(next?.details.retryAfter).toBe(120);
  });

  test('given our own secret is refused, when the caller is told, then not to come again', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const { vault } = failing('Misconfigured', { reason: 'invalid_client' });
    const error = await failure(accessToken(vault, world.request(ref)));
    expect(error?.details).toEqual({ reason: 'invalid_client' });
  });
});

describe('another try', () => {
  test.each([
    ['ProviderTimeout', 10_250, 3, 'ProviderTimeout', 'reply_lost'],
    ['ProviderTimeout', 10_249, 1, 'ProviderTimeout', 'reply_lost'],
    ['ReconnectRequired', 10_250, 2, 'ReconnectRequired', 'reconnect_required'],
    ['ReconnectRequired', 10_249, 1, 'RefreshInProgress', 'refresh_in_progress'],
  ] as const)(
    'given %s with %i ms left, when that is enough or not, then the provider was asked %i times and the caller hears %s',
    async (code, left, times, heard, outcome) => {
      const { ref } = await world.connected({ endsIn: -1 });
      let time = 29_000;
      const { vault, asked } = failing(code, {}, () => {
        time = left;
      });
      world.outcomes.length = 0;
      const error = await failure(accessToken(vault, world.request(ref, { timeLeft: () => time })));
      expect(error?.code).toBe(heard);
      expect(asked.times).toBe(times);
      expect(world.outcomes).toEqual([outcome]);
    },
  );

  test('given the user leaves while the provider refuses, when that is seen, then it is not asked again', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const leaving = { caller: 'tests', purpose: 'disconnect', timeLeft: () => 29_000 };
    const { vault, asked } = failing('ReconnectRequired', {}, () =>
      disconnect(world.vault(), ref, leaving),
    );
    const error = await failure(accessToken(vault, world.request(ref)));
    expect(error?.code).toBe('NotFound');
    expect(asked.times).toBe(1);
  });

  test('given the user has left and waits for revocation, when the provider refuses, then it is not asked again', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const { vault, asked } = failing('ReconnectRequired', {}, () =>
      world.vault().store.tombstone(ref, world.now(), world.now() + hour),
    );
    await failure(accessToken(vault, world.request(ref)));
    expect(asked.times).toBe(1);
  });

  test('given the user has connected anew right before the mark, when it was refused twice, then nobody must reconnect', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const { vault } = failing('ReconnectRequired');
    const fresh = { ...world.server.consent(), expiresAt: world.now() + hour };
    const store = {
      ...vault.store,
      async markBroken(...args: Parameters<typeof vault.store.markBroken>) {
        await world.consent(ref.partition, fresh);
        return vault.store.markBroken(...args);
      },
    };
    const token = await accessToken({ ...vault, store }, world.request(ref));
    expect(token.accessToken).toBe(fresh.accessToken);
  });
});
