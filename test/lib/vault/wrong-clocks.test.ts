import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionStore } from '../../../lib/vault/vault.ts';
import { accessToken, careForIdle } from '../../../lib/vault/vault.ts';
import { gate } from './authorization-server.ts';
import { mortal } from './mortal.ts';
import { day, failure, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ reuse: 'revokes-on-reuse' });
});
afterEach(() => world.stop());

const functionLife = 29_000;
const skew = 2_000;

/** A connection whose holder, its clock a day ahead, has died with the lease. */
async function blocked() {
  const { ref } = await world.connected({ endsIn: -1 });
  const ahead = world.vault({ now: () => world.now() + day });
  // read, lease, and death in front of the key
  const victim = mortal(ahead, 4, 'before');
  void accessToken(victim.vault, world.request(ref));
  await victim.death;
  expect((await world.record(ref))?.leaseUntil).toBeGreaterThan(world.now() + day / 2);
  return ref;
}

describe('a holder whose clock is a day ahead and that dies with the lease', () => {
  test('given others ask, when a function has no longer to live than that, then the lease is over', async () => {
    const ref = await blocked();
    const waiting = await failure(accessToken(world.vault(), world.request(ref)));
    expect(waiting?.code).toBe('RefreshInProgress');
    expect(world.server.refreshes()).toBe(0);
    expect((await world.record(ref))?.leaseUntil).toBeLessThan(world.now() + functionLife + skew);

    world.advance(functionLife + skew);
    expect((await accessToken(world.vault(), world.request(ref))).generation).toBe(2);
  });

  test('given idle care finds it, when it has passed, then the lease ends with a function', async () => {
    const ref = await blocked();
    const dueAt = (await world.record(ref))?.dueAt ?? 0;
    await world.vault().store.postpone({ ref, dueAt }, world.now());
    await careForIdle(world.vault({ sleep: async () => {} }), { timeLeft: () => functionLife });
    expect((await world.record(ref))?.leaseUntil).toBeLessThan(world.now() + functionLife + skew);
  });

  test('given it lives all the same, when others ask meanwhile, then nothing is refreshed twice', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const held = gate();
    world.server.faults.push({ gate: held, delay: 8_000 });
    const holder = accessToken(world.vault({ now: () => world.now() + day }), world.request(ref));
    await held.reached;
    const other = failure(accessToken(world.vault(), world.request(ref)));
    held.open();
    expect((await other)?.code).toBe('RefreshInProgress');
    expect((await holder).generation).toBe(2);
    expect(world.server.refreshes()).toBe(1);
  });
});

test('given a failure was noted by a clock that is a day ahead, when others ask, then they need not rest for a day', async () => {
  const { ref } = await world.connected({ endsIn: -1 });
  world.server.faults.push({ answer: { status: 503 } });
  const ahead = world.vault({ now: () => world.now() + day });
  expect((await failure(accessToken(ahead, world.request(ref))))?.code).toBe('ProviderUnavailable');
  expect((await world.record(ref))?.nextTryAt).toBeGreaterThan(world.now() + day / 2);
  expect((await accessToken(world.vault(), world.request(ref))).generation).toBe(2);
});

test.each([
  ['ahead', day],
  ['behind', -day],
])(
  'given a clock that jumps a day %s just before the lease is taken, and is set right by the answer, when it was taken, then nobody is asked until a function is over',
  async (_, jump) => {
    const { ref } = await world.connected({ endsIn: -1 });
    const { store } = world.vault();
    let looks = 0;
    let taken = false;
    const takeLease: ConnectionStore['takeLease'] = async (...parameters) => {
      const held = await store.takeLease(...parameters);
      taken = true;
      return held;
    };
    // Right at the first look, which finds the token wanting.
    const now = () => {
      looks += 1;
      return world.now() + (looks > 1 && !taken ? jump : 0);
    };
    const vault = world.vault({ now, store: { ...store, takeLease } });
    const told = await failure(accessToken(vault, world.request(ref)));
    expect(told?.retryable).toBe(true);
    expect(world.server.refreshes()).toBe(0);
    const { leaseUntil } = (await world.record(ref)) ?? {};
    expect(leaseUntil).toBeGreaterThan(world.now() + functionLife / 2);
    expect(leaseUntil).toBeLessThan(world.now() + functionLife + skew);
    world.advance(functionLife + 2 * skew);
    expect((await accessToken(world.vault(), world.request(ref))).generation).toBe(2);
  },
);
