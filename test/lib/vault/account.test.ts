import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import type { Creation, Namespace, Provider } from '../../../lib/providers/provider.ts';
import type { ConnectionRef } from '../../../lib/vault/connection.ts';
import { accessToken, careForIdle, listConnections, withAccess } from '../../../lib/vault/vault.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ rotation: 'overlaps' });
});
afterAll(() => world.stop());

const renamed = { id: '1', login: 'grace', name: 'Grace' };
const own: Namespace = { id: '1', path: 'grace', name: 'Grace', kind: 'user' };

/** The host, at which the account that connected as `ada` has another login now. */
function vault(host: Partial<Provider> = {}) {
  const provider = { ...world.host, identify: async () => renamed, ...host };
  return world.vault({ providers: async () => provider });
}

/** Of the calls that create, only the two that say where. */
const places = {
  namespaces: async () => ({ items: [own] }),
  findNamespace: async () => own,
} as unknown as Creation; // nothing else is called here

async function shown({ partition }: ConnectionRef) {
  const { items } = await listConnections(world.vault(), partition, {});
  return items.map(({ account }) => account);
}

describe('an account that was renamed', () => {
  test.each<[string, (provider: Provider, token: string) => Promise<unknown> | undefined, object]>([
    ['whose the token is', (host, token) => host.identify(token), renamed],
    [
      'where it may create',
      (host, token) => host.creation?.namespaces({ token, login: 'ada' }, {}),
      { id: '1', login: 'grace' },
    ],
    [
      'for its own place',
      (host, token) => host.creation?.findNamespace({ token, login: 'ada' }),
      { id: '1', login: 'grace' },
    ],
  ])(
    'given the host is asked %s, when it answers, then the connection is shown under the new login',
    async (_, ask, expected) => {
      const { ref } = await world.connected();
      await withAccess(vault({ creation: places }), world.request(ref), ({ token }, provider) =>
        Promise.resolve(ask(provider, token)),
      );
      expect(await shown(ref)).toEqual([expected]);
    },
  );

  test('given a token that a caller found refused, when the host is asked whose it is, then the new login is kept', async () => {
    const { ref } = await world.connected();
    await accessToken(vault(), world.request(ref, { rejectedGeneration: 1 }));
    await withAccess(vault(), world.request(ref), ({ token }, provider) =>
      provider.identify(token),
    );
    expect(await shown(ref)).toEqual([renamed]);
  });

  test('given a list of its own place, when the old name is not found, then it is asked for under the new one, once', async () => {
    const { ref } = await world.connected();
    const asked: string[] = [];
    const repositories: Provider['repositories'] = async ({ login }, { namespace }) => {
      asked.push(`${login}: ${namespace}`);
      if (namespace === 'grace') return { items: [] };
      throw new ForgebridgeError('NotFound');
    };
    const list = (namespace: string) =>
      withAccess(vault({ repositories }), world.request(ref), (access, provider) =>
        provider.repositories(access, { namespace }),
      );
    expect(await list('ada')).toEqual({ items: [] });
    expect(asked).toEqual(['ada: ada', 'grace: grace']);
    expect(await shown(ref)).toEqual([renamed]);
    await expect(list('nobody')).rejects.toMatchObject({ code: 'NotFound' });
  });

  test('given nobody uses it, when idle care refreshes it, then its new login is learned', async () => {
    const { ref } = await world.connected({ refreshExpiresAt: world.now() + 1_000 });
    world.advance(2 * 24 * 3_600_000);
    const end = world.now() + 60_000;
    await careForIdle(vault(), { timeLeft: () => end - world.now() });
    expect(await shown(ref)).toEqual([renamed]);
  });

  test('given an answer about another account, when it comes, then the connection keeps its own', async () => {
    const { ref } = await world.connected();
    const stranger = { identify: async () => ({ id: '2', login: 'mallory' }) };
    await withAccess(vault(stranger), world.request(ref), ({ token }, provider) =>
      provider.identify(token),
    );
    expect(await shown(ref)).toEqual([{ id: '1', login: 'ada' }]);
  });

  test('given a connection that was ended meanwhile, when a new login comes, then the tombstone stays as it is', async () => {
    const { ref } = await world.connected();
    const record = await world.record(ref);
    if (record === undefined) throw new Error('it was just connected');
    const { store } = world.vault();
    await store.tombstone(ref, world.now(), world.now());
    await store.noteAccount(record, renamed, world.now());
    expect((await world.record(ref))?.account.login).toBe('ada');
  });
});
