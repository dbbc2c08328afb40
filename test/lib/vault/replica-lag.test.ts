import { afterEach, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import type { Access, Provider } from '../../../lib/providers/provider.ts';
import { accessToken, withAccess } from '../../../lib/vault/vault.ts';
import { failure, startWorld, type World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const identify = (access: Access, provider: Provider) => provider.identify(access.token);
const unauthorized = { answer: { status: 401, body: {} } };
const minutes = 60_000;

/** A connection whose token never ends and cannot be refreshed, at a host that may say more of it. */
async function endless(isAlive?: Provider['isAlive']) {
  world = await startWorld();
  const { ref } = await world.connected();
  const { accessToken: token } = world.server.consent();
  await world.consent(ref.partition, { accessToken: token });
  world.advance(10_000);
  const host = { ...world.host, ...(isAlive === undefined ? {} : { isAlive }) };
  const vault = world.vault({ providers: async () => host });
  const status = async () => (await world.record(ref))?.status;
  return { ref, token, vault, status };
}

describe('a token that was refreshed a moment ago', () => {
  test('given the host answers 401 to it for 1.5 s, when it is used, then it is tried again, refreshed once, and the connection stays', async () => {
    world = await startWorld();
    const { ref, tokens } = await world.connected();
    world.server.kill(tokens.accessToken);
    world.server.replicaLag = 1_500;
    expect(await withAccess(world.vault(), world.request(ref), identify)).toMatchObject({
      login: 'ada',
    });
    expect(world.server.refreshes()).toBe(1);
    expect(await world.record(ref)).toMatchObject({ gen: 2, status: 'active' });
  });

  test('given it is still refused after 5 s, when it is used, then the caller is told to come again, the connection stays and the host is left alone', async () => {
    world = await startWorld();
    const { ref, tokens } = await world.connected();
    world.server.kill(tokens.accessToken);
    world.server.replicaLag = 1_000 * minutes;
    const error = await failure(withAccess(world.vault(), world.request(ref), identify));
    expect(error).toMatchObject({
      code: 'ProviderUnavailable',
      details: { reason: 'access_token_rejected' },
    });
    expect((await world.record(ref))?.status).toBe('active');

    world.advance(10_000);
    const again = await failure(withAccess(world.vault(), world.request(ref), identify));
    expect(again?.details.reason).toBe('cooling_down');
    expect(world.server.refreshes()).toBe(1);
  });

  test('given its user says 401 within 5 s, when the host takes it by then, then nothing is refreshed', async () => {
    world = await startWorld();
    const { ref } = await world.connected({ endsIn: -1 });
    world.server.replicaLag = 3_000;
    const fresh = await accessToken(world.vault(), world.request(ref));
    const rejected = world.request(ref, { rejectedGeneration: fresh.generation });
    expect(await accessToken(world.vault(), rejected)).toEqual(fresh);
    expect(world.server.refreshes()).toBe(1);
  });
});

describe('a token that never ends and cannot be refreshed', () => {
  test('given a burst of 401s for 0.8 s, when it is used, then the connection stays and the call succeeds', async () => {
    const { ref, vault, status } = await endless();
    world.server.outage = unauthorized;
    void vault.sleep(800).then(() => {
      world.server.outage = undefined;
    });
    expect(await withAccess(vault, world.request(ref), identify)).toMatchObject({ login: 'ada' });
    expect(await status()).toBe('active');
  });

  test('given the host says that the token is alive, when it is refused for hours, then the connection is never given up', async () => {
    const { ref, vault, status } = await endless(async () => true);
    world.server.outage = unauthorized;
    for (let hour = 0; hour < 5; hour += 1) {
      const error = await failure(withAccess(vault, world.request(ref), identify));
      expect(error?.code).toBe('ProviderUnavailable');
      world.advance(60 * minutes);
    }
    expect(await status()).toBe('active');
  });

  test('given the host says that there is no such token, when it is refused, then the connection is given up at once', async () => {
    const { ref, token, vault, status } = await endless(
      async (asked) => asked !== token || world.server.isLive(token),
    );
    world.server.kill(token);
    const error = await failure(withAccess(vault, world.request(ref), identify));
    expect(error).toMatchObject({
      code: 'ReconnectRequired',
      details: { reason: 'access_token_rejected' },
    });
    expect(await status()).toBe('reconnect_required');
  });

  test('given the host has no word for it, when it is refused three times, minutes apart, then the connection is given up, and not before', async () => {
    const { ref, token, vault, status } = await endless();
    world.server.kill(token);
    const rejected = () => world.request(ref, { rejectedGeneration: 2 });
    const codes: (string | undefined)[] = [];
    for (let time = 0; time <= 10; time += 1) {
      codes.push((await failure(accessToken(vault, rejected())))?.code);
      world.advance(minutes);
    }
    expect(codes.slice(0, 10)).toEqual(Array(10).fill('ProviderUnavailable'));
    expect(codes[10]).toBe('ReconnectRequired');
    expect(await status()).toBe('reconnect_required');
  });

  test('given refusals, when a use goes well in between, then they are forgotten', async () => {
    const { ref, vault, status } = await endless();
    for (let incident = 0; incident < 5; incident += 1) {
      world.server.outage = unauthorized;
      await failure(withAccess(vault, world.request(ref), identify));
      expect((await world.record(ref))?.refusals).toBe(1);
      world.server.outage = undefined;
      await withAccess(vault, world.request(ref), identify);
      expect(await world.record(ref)).not.toHaveProperty('refusals');
      world.advance(6 * minutes);
    }
    expect(await status()).toBe('active');
  });

  test('given one of those who ask has a clock that is a day ahead, when the token is refused for seconds, then the connection stays', async () => {
    const { ref, vault, status } = await endless();
    const ahead = { ...vault, now: () => world.now() + 24 * 60 * minutes };
    world.server.outage = unauthorized;
    for (const one of [vault, ahead, vault, ahead, vault]) {
      await failure(withAccess(one, world.request(ref), identify));
    }
    expect(await status()).toBe('active');
  });

  test('given the user connects anew while the old token is judged, when it is found dead, then the new consent is not marked', async () => {
    const fresh = { accessToken: '' };
    const { ref, token, vault, status } = await endless(async () => {
      fresh.accessToken = world.server.consent().accessToken;
      await world.consent(ref.partition, fresh);
      return false;
    });
    world.server.kill(token);
    const error = await failure(withAccess(vault, world.request(ref), identify));
    expect(error?.retryable).toBe(true);
    expect(await status()).toBe('active');
    expect((await accessToken(vault, world.request(ref))).accessToken).toBe(fresh.accessToken);
  });

  test('given any other failure while the host is asked, when it happens, then it is passed on and nothing is noted', async () => {
    const { ref, vault, status } = await endless(async () => {
      throw new ForgebridgeError('RateLimited', { retryAfter: 9 });
    });
    world.server.outage = unauthorized;
    const error = await failure(withAccess(vault, world.request(ref), identify));
    expect(error?.code).toBe('RateLimited');
    expect(await status()).toBe('active');
  });
});
