import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { accessToken, careForIdle, disconnect } from '../../../lib/vault/vault.ts';
import { day, hour, startWorld, type World } from './world.ts';

let world: World;

afterEach(() => world.stop());

function run(more: { readonly time?: number } = {}) {
  const end = world.now() + (more.time ?? 29_000);
  const vault = world.vault({ sleep: async () => {} });
  return careForIdle(vault, { timeLeft: () => end - world.now() });
}

function leaving() {
  return { caller: 'tests', purpose: 'disconnect', timeLeft: () => 29_000 };
}

const nothing = { refreshed: 0, broken: 0, revoked: 0, postponed: 0, gone: 0, failed: 0 };

describe('where a refresh kills the access token before', () => {
  beforeEach(async () => {
    world = await startWorld();
  });

  test('given a refresh token that lives 100 days, when nobody uses it, then it is refreshed after 75 days and not before', async () => {
    const { ref } = await world.connected({ refreshExpiresAt: world.now() + 100 * day });
    world.advance(74 * day);
    expect(await run()).toEqual(nothing);
    world.advance(2 * day);
    expect(await run()).toEqual({ ...nothing, refreshed: 1 });
    expect(await world.record(ref)).toMatchObject({ gen: 2, status: 'active' });
    expect(await run()).toEqual(nothing);
  });

  test('given the host does not say how long a refresh token lives, when nobody uses it, then it is refreshed within 30 days', async () => {
    const { ref } = await world.connected();
    world.advance(29 * day);
    expect(await run()).toEqual({ ...nothing, refreshed: 1 });
    expect((await world.record(ref))?.gen).toBe(2);
  });

  test('given a due connection whose access token is still good, when it is found, then it is left alone for now', async () => {
    const { ref } = await world.connected({ endsIn: 60 * day });
    const vault = world.vault();
    const due = (await world.record(ref))?.dueAt ?? 0;
    await vault.store.postpone({ ref, dueAt: due }, world.now());
    expect(await run()).toEqual({ ...nothing, postponed: 1 });
    expect(await world.record(ref)).toMatchObject({ gen: 1 });
  });

  test('given a connection that was handed a token this day, when its time comes, then a whole day has passed since that token ended', async () => {
    const { ref } = await world.connected({ refreshExpiresAt: world.now() + 26 * hour });
    const record = await world.record(ref);
    expect(record?.dueAt).toBeLessThan(record?.refreshExpiresAt ?? 0);
    const long = await world.connected({ refreshExpiresAt: world.now() + 28 * hour });
    const quiet = await world.record(long.ref);
    expect(quiet?.dueAt).toBe((quiet?.expiresAt ?? 0) + day);
  });

  test('given the refresh token is dead, when its time comes, then the connection is marked, once', async () => {
    const { ref, tokens } = await world.connected();
    world.server.kill(tokens.refreshToken);
    world.advance(29 * day);
    expect(await run()).toEqual({ ...nothing, broken: 1 });
    expect(await world.record(ref)).toMatchObject({ status: 'reconnect_required' });
    expect(await run()).toEqual(nothing);
  });

  test('given a token that cannot be refreshed, when it has ended, then the connection is marked', async () => {
    const { ref } = await world.connected();
    const { accessToken } = world.server.consent();
    await world.consent(ref.partition, { accessToken, expiresAt: world.now() + hour });
    world.advance(2 * hour);
    expect(await run()).toEqual({ ...nothing, broken: 1 });
    expect((await world.record(ref))?.reason).toBe('expired');
  });

  test('given the provider is down, when idle connections are due, then they are postponed and live on', async () => {
    const { ref } = await world.connected();
    world.advance(29 * day);
    world.server.outage = { answer: { status: 503 } };
    expect(await run()).toEqual({ ...nothing, postponed: 1 });
    expect(await run()).toEqual(nothing);
    world.server.outage = undefined;
    world.advance(2 * hour);
    expect(await run()).toEqual({ ...nothing, refreshed: 1 });
    expect((await world.record(ref))?.status).toBe('active');
  });

  test('C25 given a revocation that could not be made, when the provider is back, then the tokens are dead and the record is gone', async () => {
    const { ref, tokens } = await world.connected();
    world.server.outage = { answer: { status: 503 } };
    await disconnect(world.vault(), ref, leaving());
    world.advance(61_000);
    expect(await run()).toEqual({ ...nothing, postponed: 1 });
    world.server.outage = undefined;
    world.advance(10 * 60_000);
    expect(await run()).toEqual({ ...nothing, revoked: 1 });
    expect(await world.record(ref)).toBeUndefined();
    expect(world.server.isLive(tokens.refreshToken)).toBe(false);
  });

  test('given a host that says it has no revocation, when a connection is ended, then the sealed tokens are deleted at once', async () => {
    const { ref } = await world.connected();
    const revoke = () => Promise.reject(new ForgebridgeError('Unsupported'));
    const vault = world.vault({ providers: async () => ({ ...world.host, revoke }) });
    await disconnect(vault, ref, leaving());
    expect(await world.record(ref)).toBeUndefined();
    expect(world.outcomes).not.toContain('revocation_pending');
  });

  test('given a revocation that never succeeds, when a week has passed, then the sealed tokens are deleted all the same', async () => {
    const { ref } = await world.connected();
    world.server.outage = { answer: { status: 503 } };
    await disconnect(world.vault(), ref, leaving());
    let runs = 0;
    for (; (await world.record(ref)) !== undefined; runs += 1) {
      world.advance(4 * hour);
      await run();
      expect(runs).toBeLessThan(8 * 6);
    }
    expect(runs).toBeGreaterThanOrEqual(7 * 6);
    expect(world.outcomes).toContain('revocation_abandoned');
    expect(world.server.calls.length).toBeLessThan(40);
  });

  test('given a record that cannot be read, when it is due among others, then the others are cared for', async () => {
    const { ref } = await world.connected();
    const broken = { pk: ref.partition, sk: 'CONNECTION#broken' };
    for (const dueShard of ['0', '1', '2', '3']) {
      const sk = `${broken.sk}${dueShard}`;
      await world.database.table.put({ ...broken, sk, v: 9, dueShard, dueAt: 1 });
    }
    world.advance(29 * day);
    expect(await run()).toEqual({ ...nothing, refreshed: 1, failed: 4 });
    expect(await run()).toEqual(nothing);
  });

  test('given more is due than the time allows, when a run ends, then the next goes on', async () => {
    await Promise.all(Array.from({ length: 45 }, () => world.connected()));
    world.advance(29 * day);
    expect(await run({ time: 10_000 })).toEqual(nothing);
    expect(await run()).toEqual({ ...nothing, refreshed: 45 });
  });
});

test('given the access token before goes on working, when a connection is due, then it is refreshed though somebody may hold one', async () => {
  world = await startWorld({ rotation: 'overlaps' });
  const { ref } = await world.connected({ endsIn: 60 * day });
  const due = (await world.record(ref))?.dueAt ?? 0;
  await world.vault().store.postpone({ ref, dueAt: due }, world.now());
  expect(await run()).toEqual({ ...nothing, refreshed: 1 });
});

test('given a record that has moved on since the index was written, when idle care finds it there, then it is left as it is', async () => {
  world = await startWorld({ rotation: 'overlaps' });
  const { ref } = await world.connected();
  const { dueShard, dueAt = 0 } = (await world.record(ref)) ?? {};
  world.advance(29 * day);
  await accessToken(world.vault(), world.request(ref));
  const before = await world.record(ref);
  const refreshes = world.server.refreshes();

  const vault = world.vault({ sleep: async () => {} });
  // The index still has it where it was.
  const stale = async (shard: string) => (shard === dueShard ? [{ ref, dueAt }] : []);
  const late = { ...vault, store: { ...vault.store, due: stale } };
  expect(await careForIdle(late, { timeLeft: () => 29_000 })).toEqual({ ...nothing, gone: 1 });
  expect(world.server.refreshes()).toBe(refreshes);
  expect(await world.record(ref)).toEqual(before);
});
