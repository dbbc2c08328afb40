import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import type { ConnectionStore } from '../../../lib/vault/vault.ts';
import { accessToken, careForIdle } from '../../../lib/vault/vault.ts';
import { day, failure, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

type Lease = Parameters<ConnectionStore['takeLease']>[1];

/** A vault that notes each lease it asks for; `changed` may replace what the table does. */
function noting(changed: Partial<ConnectionStore> = {}) {
  const leases: (Lease & { readonly at: number })[] = [];
  const vault = world.vault();
  const store: ConnectionStore = {
    ...vault.store,
    ...changed,
    async takeLease(seen, lease, now) {
      leases.push({ ...lease, at: now });
      return (changed.takeLease ?? vault.store.takeLease)(seen, lease, now);
    },
  };
  return { vault: { ...vault, store }, leases };
}

const unreachable = () => Promise.reject(new ForgebridgeError('ProviderUnavailable'));

describe('taking the lease', () => {
  test('given just the time that a refresh needs, when it is begun, then it is done', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const request = world.request(ref, { timeLeft: () => 24_000 });
    expect((await accessToken(world.vault(), request)).generation).toBe(2);
  });

  test('given a millisecond less, when it would be begun, then no lease is asked for', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const { vault, leases } = noting();
    const error = await failure(accessToken(vault, world.request(ref, { timeLeft: () => 23_999 })));
    expect(error?.details.reason).toBe('too_little_time');
    expect(leases).toEqual([]);
  });

  test.each([
    [25_000, 25_000],
    [90_000, 29_000],
  ])(
    'given %i ms are left, when the lease is taken, then it lasts %i ms: as long as its holder can live',
    async (left, lasts) => {
      const { ref } = await world.connected({ endsIn: -1 });
      const { vault, leases } = noting();
      await accessToken(vault, world.request(ref, { timeLeft: () => left }));
      expect(leases.map(({ until, at }) => until - at)).toEqual([lasts]);
    },
  );

  test('given a clock that jumps two seconds while the lease is taken, when it is there, then the provider is not asked', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const { store } = world.vault();
    const before = world.server.refreshes();
    const { vault } = noting({
      async takeLease(...args) {
        const held = await store.takeLease(...args);
        world.advance(2_000);
        return held;
      },
    });
    const error = await failure(accessToken(vault, world.request(ref, { timeLeft: () => 29_000 })));
    expect(error).toMatchObject({ code: 'RefreshInProgress', details: { retryAfter: 2 } });
    expect(world.server.refreshes()).toBe(before);
  });

  test('given somebody else was first and our clock jumps, when the lease is not to be had, then we wait as for anybody', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    let tries = 0;
    const { vault, leases } = noting({
      async takeLease() {
        tries += 1;
        world.advance(3_000);
        return undefined;
      },
    });
    await failure(accessToken(vault, world.request(ref, { timeLeft: () => 29_000 })));
    expect(new Set(leases.map(({ id }) => id)).size).toBe(tries);
  });

  test('given the table cannot be reached, when the lease was tried for four seconds, then the caller is told why and when to come again', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const { vault, leases } = noting({ takeLease: unreachable });
    const end = world.now() + 29_000;
    const timeLeft = () => end - world.now();
    const error = await failure(accessToken(vault, world.request(ref, { timeLeft })));
    expect(error).toMatchObject({
      code: 'ProviderUnavailable',
      details: { reason: 'lease_not_taken', retryAfter: 5 },
    });
    expect(leases.length).toBeGreaterThan(3);
    expect(timeLeft()).toBeGreaterThan(24_000);
    expect(timeLeft()).toBeLessThanOrEqual(25_000);
  });
});

describe('a lease that idle care finds overlong', () => {
  /** What stands there when it is looked at again. */
  async function found(until: number | undefined) {
    const { ref } = await world.connected({ endsIn: -1 });
    const { store } = world.vault();
    const record = await store.read(ref);
    if (record === undefined) throw new Error('it was just connected');
    const { dueAt = 0 } = record;
    await store.takeLease(record, { id: 'ahead', until: world.now() + day }, world.now());
    await store.postpone({ ref, dueAt }, world.now());
    let reads = 0;
    const changed: Partial<ConnectionStore> = {
      async read(where) {
        const standing = await store.read(where);
        if (where.id !== ref.id) return standing;
        reads += 1;
        if (reads === 1 || standing === undefined) return standing;
        return until === undefined ? undefined : { ...standing, leaseUntil: until };
      },
    };
    const { vault } = noting(changed);
    await careForIdle({ ...vault, sleep: async () => {} }, { timeLeft: () => 29_000 });
    return (await store.read(ref))?.leaseUntil ?? 0;
  }

  test('given it is gone when looked at again, when idle care goes on, then what stands there stays', async () => {
    expect(await found(undefined)).toBeGreaterThan(world.now() + day / 2);
  });

  test('given it is no longer than a function when looked at again, when idle care goes on, then it stays', async () => {
    expect(await found(world.now() + 20_000)).toBeGreaterThan(world.now() + day / 2);
  });
});
