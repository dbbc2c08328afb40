import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../../lib/vault/vault.ts';
import { gate } from './authorization-server.ts';
import { failure, hour, startWorld, type World } from './world.ts';

let world: World;

describe('a provider where a refresh kills the access token before', () => {
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  test('given a token with more than a minute left, when it is asked for, then that costs one read and nothing else', async () => {
    const { ref, tokens } = await world.connected({ endsIn: 70_000 });
    const vault = world.vault();
    const [read, asked] = [world.database.calls.length, world.server.calls.length];
    const token = await accessToken(vault, world.request(ref));
    expect(token).toMatchObject({ accessToken: tokens.accessToken, generation: 1 });
    expect(world.database.calls.slice(read)).toEqual(['GetItem']);
    expect(world.server.calls).toHaveLength(asked);
  });

  test('given a token in its last minute, when it is asked for, then it is refreshed and the one before is dead', async () => {
    const { ref, tokens } = await world.connected({ endsIn: 50_000 });
    const token = await accessToken(world.vault(), world.request(ref));
    expect(token.generation).toBe(2);
    expect(token.expiresAt).toBeGreaterThan(world.now() + hour);
    expect(world.server.isLive(token.accessToken)).toBe(true);
    expect(world.server.isLive(tokens.accessToken)).toBe(false);
  });

  test('given a token without an end, when it is asked for years later, then it is handed out as it is', async () => {
    const { ref } = await world.connected();
    const tokens = world.server.consent();
    await world.consent(ref.partition, tokens);
    const vault = world.vault({ now: () => world.now() + 100_000 * hour });
    const token = await accessToken(vault, world.request(ref));
    expect(token.accessToken).toBe(tokens.accessToken);
    expect(token).not.toHaveProperty('expiresAt');
  });

  test('given no refresh token and the access token has ended, when it is asked for, then the user must connect again', async () => {
    const { ref } = await world.connected();
    const { accessToken: only } = world.server.consent();
    await world.consent(ref.partition, { accessToken: only, expiresAt: world.now() - 1 });
    for (const _ of [1, 2]) {
      const error = await failure(accessToken(world.vault(), world.request(ref)));
      expect(error).toMatchObject({ code: 'ReconnectRequired', details: { reason: 'expired' } });
    }
    expect((await world.record(ref))?.status).toBe('reconnect_required');
  });

  test('given nobody of that name, when a token is asked for, then it is NotFound', async () => {
    const { ref } = await world.connected();
    const stranger = { ...ref, partition: 'SUBJECT#another' };
    expect((await failure(accessToken(world.vault(), world.request(stranger))))?.code).toBe(
      'NotFound',
    );
  });

  test('C29 given a token that has ended, when 50 callers in 8 containers ask at once, then the provider is asked once and all get that generation', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const vaults = Array.from({ length: 8 }, () => world.vault());
    const before = world.server.refreshes();
    world.server.faults.push({ delay: 300 });
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, caller) =>
        accessToken(vaults[caller % 8] ?? world.vault(), world.request(ref)),
      ),
    );
    expect(world.server.refreshes() - before).toBe(1);
    expect(new Set(tokens.map(({ generation }) => generation))).toEqual(new Set([2]));
    expect(new Set(tokens.map((token) => token.accessToken)).size).toBe(1);
    expect(world.server.isLive(tokens[0]?.accessToken ?? '')).toBe(true);
  });

  test('given too little time is left, when a refresh would be needed, then it is not begun', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const before = world.server.refreshes();
    const request = world.request(ref, { timeLeft: () => 23_000 });
    const error = await failure(accessToken(world.vault(), request));
    expect(error).toMatchObject({ code: 'RefreshInProgress', details: { retryAfter: 1 } });
    expect(world.server.refreshes()).toBe(before);
    expect((await world.record(ref))?.leaseUntil).toBeUndefined();
  });

  test('given the sealing key cannot be had, when a refresh is begun, then the provider is not asked and the next caller need not wait', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const before = world.server.refreshes();
    const ready = () => Promise.reject(new Error('no secrets now'));
    const broken = world.vault({ sealer: { ready } });
    await expect(accessToken(broken, world.request(ref))).rejects.toThrow('no secrets now');
    expect(world.server.refreshes()).toBe(before);
    expect((await accessToken(world.vault(), world.request(ref))).generation).toBe(2);
  });

  test('given the answer names no new refresh token, when it is stored, then the one before stays, under the new generation', async () => {
    const { ref, tokens } = await world.connected({ endsIn: -1 });
    world.server.faults.push({
      answer: { status: 200, body: { access_token: 'next', token_type: 'bearer', expires_in: 1 } },
    });
    expect((await accessToken(world.vault(), world.request(ref))).accessToken).toBe('next');
    world.advance(10_000);
    const again = await accessToken(world.vault(), world.request(ref, { rejectedGeneration: 2 }));
    expect(again.generation).toBe(3);
    expect(world.server.isLive(tokens.refreshToken)).toBe(false);
  });
});

describe('a provider where the access token before goes on working', () => {
  beforeAll(async () => {
    world = await startWorld({ rotation: 'overlaps' });
  });
  afterAll(() => world.stop());

  test('given nine minutes left, when it is asked for, then it is refreshed', async () => {
    const { ref } = await world.connected({ endsIn: 540_000 });
    expect((await accessToken(world.vault(), world.request(ref))).generation).toBe(2);
  });

  test('given somebody is refreshing a token that is still good, when others ask, then they get it without waiting', async () => {
    const { ref, tokens } = await world.connected({ endsIn: 540_000 });
    const answer = gate();
    world.server.faults.push({ gate: answer });
    const first = accessToken(world.vault(), world.request(ref));
    await answer.reached;
    const other = await accessToken(world.vault(), world.request(ref));
    expect(other).toMatchObject({ accessToken: tokens.accessToken, generation: 1 });
    answer.open();
    expect((await first).generation).toBe(2);
  });
});

describe('a slow provider', () => {
  beforeAll(async () => {
    world = await startWorld({ reuse: 'revokes-on-reuse' });
  });
  afterAll(() => world.stop());

  test.each([8, 12, 18])(
    'C30 given the provider takes %i seconds, when callers keep asking, then it is asked once, they wait 5 s at most, and its answer is kept',
    async (seconds) => {
      const { ref } = await world.connected({ endsIn: -1 });
      const before = world.server.refreshes();
      const slow = gate();
      world.server.faults.push({ gate: slow, delay: seconds * 1_000 });
      const holder = accessToken(world.vault(), world.request(ref));
      await slow.reached;
      const impatient = Array.from({ length: 5 }, async () => {
        const error = await failure(accessToken(world.vault(), world.request(ref)));
        expect(error).toMatchObject({ code: 'RefreshInProgress', details: { retryAfter: 2 } });
      });
      slow.open();
      await Promise.all(impatient);
      const token = await holder;
      expect(world.server.refreshes() - before).toBe(1);
      expect(world.server.isLive(token.accessToken)).toBe(true);
      expect(await accessToken(world.vault(), world.request(ref))).toEqual(token);
    },
  );

  test('given the provider does not answer within the life of the function, when the time is up, then the caller is told before the function ends', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const slow = gate();
    world.server.faults.push({ gate: slow, delay: 60_000 });
    const request = world.request(ref);
    const failed = failure(accessToken(world.vault(), request));
    await slow.reached;
    // A signal must survive the garbage collector, as it must in a function that waits.
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    for (let turns = 0; turns < 5; turns += 1) await turn(collect());
    slow.open();
    const error = await failed;
    expect(error?.code).toBe('ProviderTimeout');
    expect(request.timeLeft()).toBeGreaterThan(0);
  });
});
