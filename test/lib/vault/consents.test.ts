import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import type { Provider } from '../../../lib/providers/provider.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { ConnectionStore } from '../../../lib/vault/vault.ts';
import {
  accessToken,
  careForIdle,
  connect,
  disconnect,
  eraseConnections,
  listConnections,
} from '../../../lib/vault/vault.ts';
import { failure, startWorld, type World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const day = 24 * 3_600_000;
const life = 29_000;

function authorization(
  partition: string,
  more: { readonly connection?: string; isSignedIn?(): Promise<boolean> } = {},
) {
  const end = world.now() + life;
  const code = { code: world.server.code(), codeVerifier: 'verifier', redirectUri: 'https://b/cb' };
  const isSignedIn = async () => true;
  return { ...code, partition, timeLeft: () => end - world.now(), isSignedIn, ...more };
}

function leaving() {
  const end = world.now() + life;
  return { caller: 'tests', purpose: 'disconnect', timeLeft: () => end - world.now() };
}

async function idleCare() {
  const end = world.now() + life;
  const vault = world.vault({ sleep: async () => {} });
  return careForIdle(vault, { timeLeft: () => end - world.now() });
}

/** A store that stands still at the n-th call of a method, until it is let go on. */
function freezing(method: keyof ConnectionStore, nth: number) {
  const frozen = Promise.withResolvers<void>();
  const thaw = Promise.withResolvers<void>();
  let calls = 0;
  const store = new Proxy(world.vault().store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name !== method || typeof member !== 'function') return member;
      return async (...parameters: unknown[]) => {
        calls += 1;
        if (calls === nth) {
          frozen.resolve();
          await thaw.promise;
        }
        return member.apply(target, parameters);
      };
    },
  });
  return { vault: world.vault({ store }), frozen: frozen.promise, thaw: thaw.resolve };
}

describe('two consents of one account that cross', () => {
  test.each([
    ['read', 1],
    ['put', 1],
  ] as const)(
    'given a host that ends the older grant, when the older consent stands still before its %s and the newer one is stored, then the newer one stays',
    async (method, nth) => {
      world = await startWorld({ endsOlder: true });
      const partition = subjectPartition(randomUUID());
      const slow = freezing(method, nth);
      const older = connect(slow.vault, world.host, authorization(partition));
      await slow.frozen;
      const newer = await connect(world.vault(), world.host, authorization(partition));
      slow.thaw();
      expect(await older).toEqual(newer);

      const token = await accessToken(world.vault(), world.request({ partition, id: newer.id }));
      expect(world.server.isLive(token.accessToken)).toBe(true);
    },
  );

  test('given another consent stands and the host answers 401 to ours for minutes, when it gives way, then its tokens are revoked', async () => {
    world = await startWorld();
    const partition = subjectPartition(randomUUID());
    const standing = await connect(world.vault(), world.host, authorization(partition));
    let looks = 0;
    const identify: Provider['identify'] = async (token) => {
      looks += 1;
      if (looks === 1) return world.host.identify(token);
      throw new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
    };
    const host = { ...world.host, identify };
    expect(await connect(world.vault(), host, authorization(partition))).toEqual(standing);
    expect(world.server.liveTokens()).toBe(2);
    const ref = { partition, id: standing.id };
    const { accessToken: token } = await accessToken(world.vault(), world.request(ref));
    expect(world.server.isLive(token)).toBe(true);
  });

  test('given a host where both grants live, when they cross, then one of them is the connection and it works', async () => {
    world = await startWorld();
    const partition = subjectPartition(randomUUID());
    const slow = freezing('put', 1);
    const older = connect(slow.vault, world.host, authorization(partition));
    await slow.frozen;
    await connect(world.vault(), world.host, authorization(partition));
    slow.thaw();
    const { id, generation } = await older;
    expect(generation).toBe(2);
    const token = await accessToken(world.vault(), world.request({ partition, id }));
    expect(world.server.isLive(token.accessToken)).toBe(true);
  });
});

describe('tokens that a callback has in hand', () => {
  test('given the table is away for 4 s, when the code was redeemed, then the connection is stored all the same', async () => {
    world = await startWorld();
    const partition = subjectPartition(randomUUID());
    const { store } = world.vault();
    const back = world.now() + 4_000;
    const away = async () => {
      throw new ForgebridgeError('ProviderUnavailable', { reason: 'table_unavailable' });
    };
    const read: ConnectionStore['read'] = (ref) => (world.now() < back ? away() : store.read(ref));
    const vault = world.vault({ store: { ...store, read } });
    const connection = await connect(vault, world.host, authorization(partition));
    expect(connection.status).toBe('active');
    const { items } = await listConnections(world.vault(), partition, {});
    expect(items).toHaveLength(1);
  });

  test('given the table takes no connection at all, when the time is up, then the tokens are revoked', async () => {
    world = await startWorld();
    const { store } = world.vault();
    const put = async () => {
      throw new ForgebridgeError('Misconfigured', { reason: 'table_refused' });
    };
    const vault = world.vault({ store: { ...store, put } });
    const partition = subjectPartition(randomUUID());
    const error = await failure(connect(vault, world.host, authorization(partition)));
    expect(error).toMatchObject({ code: 'Misconfigured', details: { reason: 'table_refused' } });
    expect(world.server.liveTokens()).toBe(0);
  });

  test('given the host is down after it redeemed the code, when it is back, then idle care revokes the tokens', async () => {
    world = await startWorld();
    const partition = subjectPartition(randomUUID());
    const host: Provider = {
      ...world.host,
      async exchange(request) {
        const tokens = await world.host.exchange(request);
        world.server.outage = { answer: { status: 503 } };
        return tokens;
      },
    };
    const error = await failure(connect(world.vault(), host, authorization(partition)));
    expect(error?.code).toBe('ProviderUnavailable');
    expect(world.server.liveTokens()).toBe(2);
    expect((await listConnections(world.vault(), partition, {})).items).toEqual([]);

    world.server.outage = undefined;
    world.advance(2 * 60_000);
    expect(await idleCare()).toMatchObject({ revoked: 1 });
    expect(world.server.liveTokens()).toBe(0);
  });

  test('given the sealing key cannot be had, when the user comes back, then the code is not redeemed', async () => {
    world = await startWorld();
    const ready = () => Promise.reject(new Error('no secrets now'));
    const vault = world.vault({ sealer: { ready } });
    const connecting = connect(vault, world.host, authorization('SUBJECT#keyless'));
    await expect(connecting).rejects.toThrow('no secrets now');
    expect(world.server.calls).toEqual([]);
  });

  test('given another account than the one to be renewed, when it consents, then it is refused and its tokens are revoked', async () => {
    world = await startWorld();
    const another = authorization('SUBJECT#other', { connection: 'of-another-account' });
    const error = await failure(connect(world.vault(), world.host, another));
    expect(error).toMatchObject({ code: 'Forbidden', details: { reason: 'different_account' } });
    expect(world.server.liveTokens()).toBe(0);
  });
});

describe('a new access token that the host does not know everywhere yet', () => {
  test.each([300, 3_000])(
    'given it answers 401 for %i ms after the exchange, when the user comes back, then the connection is stored',
    async (lag) => {
      world = await startWorld();
      world.server.replicaLag = lag;
      const partition = subjectPartition(randomUUID());
      const connection = await connect(world.vault(), world.host, authorization(partition));
      expect(connection).toMatchObject({ status: 'active', generation: 1 });
      expect(world.server.calls.filter((path) => path === '/token')).toHaveLength(1);
    },
  );

  test('given it stays refused, when five seconds have passed, then the new tokens are revoked and nothing is stored', async () => {
    world = await startWorld();
    world.server.replicaLag = day;
    const partition = subjectPartition(randomUUID());
    const error = await failure(connect(world.vault(), world.host, authorization(partition)));
    expect(error?.details.reason).toBe('access_token_rejected');
    expect(world.server.liveTokens()).toBe(0);
    expect((await listConnections(world.vault(), partition, {})).items).toEqual([]);
  });
});

describe('a disconnect that the host did not hear of', () => {
  async function leftAndBack() {
    const partition = subjectPartition(randomUUID());
    const before = await connect(world.vault(), world.host, authorization(partition));
    const ref = { partition, id: before.id };
    const old = await accessToken(world.vault(), world.request(ref));
    world.server.outage = { answer: { status: 503 } };
    await disconnect(world.vault(), ref, leaving());
    world.server.outage = undefined;
    await connect(world.vault(), world.host, authorization(partition));
    return { ref, old: old.accessToken };
  }

  test('given the user connects anew meanwhile, when idle care runs, then the old tokens are revoked and the new ones work', async () => {
    world = await startWorld();
    const { ref, old } = await leftAndBack();
    expect(world.server.isLive(old)).toBe(true);
    world.advance(10 * 60_000);
    expect(await idleCare()).toMatchObject({ revoked: 1 });
    expect(world.server.isLive(old)).toBe(false);
    const { accessToken: fresh } = await accessToken(world.vault(), world.request(ref));
    expect(world.server.isLive(fresh)).toBe(true);
    expect(await idleCare()).toMatchObject({ revoked: 0, postponed: 0 });
  });

  test('given the host hands out the same token again, when idle care runs, then that token is not revoked', async () => {
    world = await startWorld();
    const { ref, tokens } = await world.connected();
    world.server.outage = { answer: { status: 503 } };
    await disconnect(world.vault(), ref, leaving());
    world.server.outage = undefined;
    await world.consent(ref.partition, tokens);
    world.advance(10 * 60_000);
    expect(await idleCare()).toMatchObject({ revoked: 1 });
    expect(world.server.isLive(tokens.accessToken)).toBe(true);
  });

  test('given the subject is erased, when the host is back, then the old tokens are revoked with the rest', async () => {
    world = await startWorld();
    const { ref } = await leftAndBack();
    const erased = await eraseConnections(world.vault(), ref.partition, leaving());
    expect(erased).toEqual({ removed: 2, pending: 0, whole: true });
    expect(world.server.liveTokens()).toBe(0);
  });
});

describe('a consent whose session has ended meanwhile', () => {
  const isSignedIn = async () => false;

  test('given it was stored, when it looks again, then it is taken back: nothing is left here, and no token lives at the host', async () => {
    world = await startWorld();
    const partition = subjectPartition(randomUUID());
    const ended = await failure(
      connect(world.vault(), world.host, authorization(partition, { isSignedIn })),
    );
    expect([ended?.code, ended?.details.reason]).toEqual(['StateMismatch', 'session_ended']);
    expect((await world.vault().store.shown(partition, { limit: 9 })).listed).toEqual([]);
    expect(world.server.liveTokens()).toBe(0);
  });

  test('given its host is down by then, when it looks again, then it works no more, and idle care ends it', async () => {
    world = await startWorld();
    const partition = subjectPartition(randomUUID());
    const leaves = async () => {
      world.server.outage = { answer: { status: 503 } };
      return false;
    };
    await failure(
      connect(world.vault(), world.host, authorization(partition, { isSignedIn: leaves })),
    );
    const { listed } = await world.vault().store.shown(partition, { limit: 9 });
    expect(listed.map(({ connection }) => connection?.status)).toEqual(['revoked']);
    world.server.outage = undefined;
    world.advance(10 * 60_000);
    expect(await idleCare()).toMatchObject({ revoked: 1 });
    expect(world.server.liveTokens()).toBe(0);
  });

  test('given a newer consent has taken its place, when it looks again, then the newer one stays', async () => {
    world = await startWorld();
    const partition = subjectPartition(randomUUID());
    const replaced = async () => {
      await connect(world.vault(), world.host, authorization(partition));
      return false;
    };
    await failure(
      connect(world.vault(), world.host, authorization(partition, { isSignedIn: replaced })),
    );
    const { listed } = await world.vault().store.shown(partition, { limit: 9 });
    expect(listed.map(({ connection }) => connection?.status)).toEqual(['active']);
    // An access token and a refresh token: those of the newer one.
    expect(world.server.liveTokens()).toBe(2);
  });

  test('given the table cannot say who is signed in, when it looks again, then it is taken back', async () => {
    world = await startWorld();
    const partition = subjectPartition(randomUUID());
    const unknown = async () => {
      throw new ForgebridgeError('Misconfigured', { reason: 'table_refused' });
    };
    await failure(
      connect(world.vault(), world.host, authorization(partition, { isSignedIn: unknown })),
    );
    expect((await world.vault().store.shown(partition, { limit: 9 })).listed).toEqual([]);
  });
});
