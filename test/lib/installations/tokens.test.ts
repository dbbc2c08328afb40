import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { newKeys } from '../../../infra/cli/keys.ts';
import { tokenKey } from '../../../lib/installations/store.ts';
import { installationToken } from '../../../lib/installations/tokens.ts';
import type { InstallationScope } from '../../../lib/providers/provider.ts';
import {
  type AppHost,
  type InstallationWorld,
  minute,
  startInstallationWorld,
} from './tokens-world.ts';

let world: InstallationWorld;
afterEach(() => world.stop());

const hosts: readonly AppHost[] = ['atomgit', 'github'];
/** The sandbox's app is installed in `sandbox-org` under this id. */
const installation = '18';

describe('one token for all who ask for the same', () => {
  test.each(hosts)(
    '%s: given no token, when asked, then the host mints one and its answer is handed out',
    async (host) => {
      world = await startInstallationWorld();
      const app = await world.app(host);
      const before = world.now();

      const token = await installationToken(world.vault(), app.request(installation));

      const [minted] = world.sandbox.state(host).tokens.filter(({ use }) => use === 'installation');
      expect(token.token).toBe(minted?.value);
      expect(token.permissions).toMatchObject({ contents: 'write' });
      expect(token.repositorySelection).toBe('all');
      expect(token.expiresAt).toBeGreaterThanOrEqual(before + 60 * minute - 1_000);
      expect(world.mints()).toBe(1);
    },
  );

  test.each(hosts)(
    '%s: given a token, when other containers ask, then they read the table once and the host is left alone',
    async (host) => {
      world = await startInstallationWorld();
      const app = await world.app(host);
      const first = await installationToken(world.vault(), app.request(installation));
      const other = world.vault();
      const before = world.database.calls.length;

      const again = await installationToken(other, app.request(installation));

      expect(again).toEqual(first);
      expect(world.database.calls.slice(before)).toEqual(['GetItem']);
      expect(world.mints()).toBe(1);
    },
  );

  test('given many who ask at once in several containers, when nobody has a token, then one is minted', async () => {
    world = await startInstallationWorld({ realTime: true });
    const app = await world.app('atomgit');
    const containers = [world.vault(), world.vault(), world.vault()];

    const tokens = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        installationToken(containers[index % 3] ?? world.vault(), app.request(installation)),
      ),
    );

    expect(new Set(tokens.map(({ token }) => token)).size).toBe(1);
    expect(world.mints()).toBe(1);
  });

  test('given a token is handed out, when it was, then one line says to whom and holds no token', async () => {
    world = await startInstallationWorld();
    const app = await world.app('atomgit');

    const { token } = await installationToken(world.vault(), app.request(installation));

    expect(world.audit).toEqual([
      {
        provider: 'atomgit',
        installation,
        caller: 'tests',
        purpose: 'test',
        generation: 1,
      },
    ]);
    expect(JSON.stringify(world.audit)).not.toContain(token);
  });

  test.each(hosts)(
    '%s: given a token of 600 characters, when shared, then it stays whole',
    async (host) => {
      world = await startInstallationWorld({ installationTokenLength: 600 });
      const app = await world.app(host);

      const first = await installationToken(world.vault(), app.request(installation));
      const shared = await installationToken(world.vault(), app.request(installation));

      expect(first.token).toHaveLength(600);
      expect(shared.token).toBe(first.token);
    },
  );
});

describe('a token ahead of its end', () => {
  test('given an expiry of 2023-05-07T04:02:40.758+08:00, when read, then it is that instant and renewed ten minutes before', async () => {
    world = await startInstallationWorld({
      begin: Date.parse('2023-05-06T19:02:40.758Z'),
    });
    const app = await world.app('atomgit');
    world.sandbox.fault({
      provider: 'atomgit',
      method: 'POST',
      path: '*/access_tokens',
      action: 'status',
      status: 201,
      body: {
        expires_at: '2023-05-07T04:02:40.758+08:00',
        permissions: { contents: 'write' },
        repository_selection: 'ALL',
        token: 'ats_of_the_guide',
      },
    });

    const token = await installationToken(world.vault(), app.request(installation));
    world.advance(49 * minute);
    const kept = await installationToken(world.vault(), app.request(installation));
    world.advance(2 * minute);
    const renewed = await installationToken(world.vault(), app.request(installation));

    expect(new Date(token.expiresAt).toISOString()).toBe('2023-05-06T20:02:40.758Z');
    expect(kept.token).toBe('ats_of_the_guide');
    expect(renewed.token).not.toBe('ats_of_the_guide');
    expect(renewed.generation).toBe(2);
  });

  test('given a token that lives five minutes, when a fifth of its life is left, then it is renewed', async () => {
    world = await startInstallationWorld();
    const app = await world.app('github');
    const mint = async () => ({
      ...(await app.request(installation).mint()),
      expiresAt: world.now() + 5 * minute,
    });
    const ask = () => installationToken(world.vault(), app.request(installation, {}, { mint }));
    await ask();

    world.advance(3.9 * minute);
    expect((await ask()).generation).toBe(1);
    world.advance(0.2 * minute);
    expect((await ask()).generation).toBe(2);
  });

  test('given somebody renews a token that is still valid, when others ask, then they get it at once', async () => {
    world = await startInstallationWorld({ realTime: true });
    const app = await world.app('atomgit');
    const old = await installationToken(world.vault(), app.request(installation));
    world.advance(55 * minute);
    world.sandbox.fault({ path: '*/access_tokens', delayMs: 400 });

    const renewal = installationToken(world.vault(), app.request(installation));
    await expect.poll(() => world.mints()).toBe(2);
    const meanwhile = await installationToken(world.vault(), app.request(installation));

    expect(meanwhile.token).toBe(old.token);
    expect((await renewal).token).not.toBe(old.token);
    expect(world.mints()).toBe(2);
  });

  test('given a token, when it has ended, then the table may forget its record', async () => {
    world = await startInstallationWorld();
    const app = await world.app('atomgit');

    const { expiresAt } = await installationToken(world.vault(), app.request(installation));

    expect(await world.records()).toMatchObject([{ ttl: Math.ceil(expiresAt / 1_000) }]);
  });
});

describe('the scope of a token', () => {
  const narrow: InstallationScope = {
    permissions: { contents: 'read' },
    repositories: ['handbook'],
  };

  test('C62 given a broad token is shared, when a narrow one is asked for, then it is minted narrow', async () => {
    world = await startInstallationWorld();
    world.sandbox.seed('github', { repositories: [{ owner: 'sandbox-org', name: 'ledger' }] });
    const app = await world.app('github');
    const vault = world.vault();
    const broad = await installationToken(vault, app.request(installation));

    const token = await installationToken(vault, app.request(installation, narrow));

    expect(broad.permissions).toMatchObject({ contents: 'write' });
    expect(token.token).not.toBe(broad.token);
    expect(token.permissions).toEqual({ contents: 'read' });
    expect(token.repositorySelection).toBe('selected');
    const reached = await app.installations.repositories(token.token, 'sandbox-org', {});
    expect(reached.items.map(({ name }) => name)).toEqual(['handbook']);
  });

  test('C62 given tokens of one installation, when another one asks, then it gets a token of its own', async () => {
    world = await startInstallationWorld();
    const app = await world.app('atomgit');
    const vault = world.vault();

    const one = await installationToken(vault, app.request('14'));
    const other = await installationToken(vault, app.request(installation));

    expect(one.token).not.toBe(other.token);
  });

  const words = fc.constantFrom('a', 'b', 'c,d', 'c');
  const scopes = fc.record<InstallationScope>(
    {
      permissions: fc.dictionary(words, words, { maxKeys: 4 }),
      repositories: fc.array(words, { maxLength: 4 }),
    },
    { requiredKeys: [] },
  );
  const keyOf = (scope: InstallationScope) => tokenKey('atomgit', installation, scope).sk;
  const meaning = ({ permissions, repositories }: InstallationScope) =>
    JSON.stringify([
      permissions && Object.entries(permissions).map(String).sort(),
      repositories && [...new Set(repositories)].sort(),
      permissions === undefined,
      repositories === undefined,
    ]);

  test('C62 given any two scopes, when they mean different things, then they share no token', async () => {
    world = await startInstallationWorld();
    fc.assert(
      fc.property(scopes, scopes, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(meaning(one) === meaning(other));
      }),
    );
  });

  test('given any scope, when its names come in another order or twice, then it is the same token', async () => {
    world = await startInstallationWorld();
    fc.assert(
      fc.property(scopes, ({ permissions, repositories }) => {
        const reversed = {
          ...(permissions && {
            permissions: Object.fromEntries(Object.entries(permissions).reverse()),
          }),
          ...(repositories && { repositories: [...repositories, ...repositories].reverse() }),
        };
        expect(keyOf(reversed)).toBe(
          keyOf({ ...(permissions && { permissions }), ...(repositories && { repositories }) }),
        );
      }),
    );
  });
});

describe('a token at rest', () => {
  test('given a token is stored, when the table is read, then the token is not in it', async () => {
    world = await startInstallationWorld();
    const app = await world.app('atomgit');

    const { token } = await installationToken(world.vault(), app.request(installation));

    const stored = JSON.stringify(await world.records());
    expect(stored).toContain('minted');
    expect(stored).not.toContain(token);
  });

  test('C18 given a token moved to the record of another scope, when read there, then it does not open', async () => {
    world = await startInstallationWorld();
    const app = await world.app('github');
    await installationToken(world.vault(), app.request(installation));
    const [broad] = await world.records();
    const key = tokenKey('github', installation, { permissions: { contents: 'read' } });
    await world.database.table.put({ ...broad, ...key });

    const narrow = app.request(installation, { permissions: { contents: 'read' } });

    await expect(installationToken(world.vault(), narrow)).rejects.toMatchObject({
      code: 'Misconfigured',
      details: { reason: 'sealed_token_refused' },
    });
  });

  test('given the key of a stored token was taken out of use, when asked, then another token is minted', async () => {
    world = await startInstallationWorld();
    const app = await world.app('atomgit');
    const old = await installationToken(world.vault(), app.request(installation));

    const token = await installationToken(
      world.vault({}, await newKeys()),
      app.request(installation),
    );

    expect(token.token).not.toBe(old.token);
    expect(token.generation).toBe(2);
  });
});
