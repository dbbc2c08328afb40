import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiKeysCommand } from '../../../infra/cli/apikeys.ts';
import { findApiKey } from '../../../lib/callers/api-keys.ts';
import { lastKeyUse, noteKeyUse } from '../../../lib/callers/key-uses.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('npm run apikeys', () => {
  let database: Database;
  beforeAll(async () => {
    database = await startDynalite();
  });
  afterAll(() => database.stop());

  const tables = () => ({
    inUse: database.keyTable,
    own: database.keyTable,
    before: database.table,
  });
  const run = (...args: string[]) => apiKeysCommand(args, tables, now);

  test('given a key was made, when it is used, listed and revoked, then it works, is never shown again, and works no longer', async () => {
    const made = await run('create', '--name', 'backend', '--scope', 'tokens:read');
    const [secret = ''] = made.match(/fb_[A-Za-z0-9_-]{43}/) ?? [];
    const id = /Its id is ([0-9a-f]{12})\./.exec(made)?.[1] ?? '';
    expect(await findApiKey(database.keyTable, secret, now)).toMatchObject({
      name: 'backend',
      scopes: ['tokens:read'],
    });

    const listed = await run('list');
    expect(listed).toContain(`${id}  2026-01-01T00:00:00.000Z  backend  tokens:read`);
    expect(listed).not.toContain(secret);

    expect(await run('revoke', '--id', id)).toContain('Revoked');
    // A container that has just used it keeps it for 30 s.
    expect(await findApiKey(database.keyTable, secret, now + 29_000)).toBeDefined();
    expect(await findApiKey(database.keyTable, secret, now + 30_000)).toBeUndefined();
    expect(await run('list')).toBe('There are no keys yet.');
  });

  test('given a key that was used, when keys are listed, then its last use is shown, and gone with the key', async () => {
    await run('create', '--name', 'seldom', '--scope', 'tokens:read');
    const [id = ''] = (await run('list')).split(' ');
    expect(await run('list')).toMatch(/not used yet$/);
    await noteKeyUse(database.table, id, now + 60_000);
    expect(await run('list')).toMatch(/used 2026-01-01T00:01:00.000Z$/);
    expect(await lastKeyUse(database.table, id)).toBe(now + 60_000);
    await revokeAll();
    expect(await lastKeyUse(database.table, id)).toBeUndefined();
  });

  test('given a key with limits, when it is listed, then they are shown, and the key carries them', async () => {
    const limits = '--days 30 --provider gitlab --subject team- --network 192.0.2.0/24 --rate 5';
    const made = await run(
      'create',
      '--name',
      'narrow',
      '--scope',
      'tokens:read',
      ...limits.split(' '),
    );
    const [secret = ''] = made.match(/fb_[A-Za-z0-9_-]{43}/) ?? [];
    expect(await findApiKey(database.keyTable, secret, now)).toMatchObject({
      limits: {
        expiresAt: Date.parse('2026-01-31T00:00:00Z'),
        providers: ['gitlab'],
        subjects: ['team-'],
        networks: ['192.0.2.0/24'],
        perSecond: 5,
      },
    });
    expect(await run('list')).toMatch(
      /narrow {2}tokens:read {2}providers: gitlab.*ends 2026-01-31T/,
    );
    await revokeAll();
  });

  test('given a key, when it is rotated, then another one like it works, and the old one ends after a day', async () => {
    await run('create', '--name', 'turning', '--scope', 'tokens:read', '--provider', 'gitlab');
    const [id = ''] = (await run('list')).split(' ');
    const made = await run('rotate', '--id', id);
    const [secret = ''] = made.match(/fb_[A-Za-z0-9_-]{43}/) ?? [];
    expect(await findApiKey(database.keyTable, secret, now)).toMatchObject({
      name: 'turning',
      scopes: ['tokens:read'],
      limits: { providers: ['gitlab'] },
    });
    const old = (await run('list')).split('\n').find((line) => line.startsWith(id));
    expect(old).toContain('ends 2026-01-02T00:00:00.000Z');
    await revokeAll();
  });

  test('given the name of another key, when a key is made, then it is refused: an audit line must tell them apart', async () => {
    await run('create', '--name', 'taken', '--scope', 'tokens:read');
    const again = run('create', '--name', 'taken', '--scope', 'sessions:write');
    await expect(again).rejects.toThrow('has the name taken already');
    await revokeAll();
  });

  describe('keys of a version that had no table for them', () => {
    const old = () => ({ ...tables(), inUse: database.table });
    const earlier = (...args: string[]) => apiKeysCommand(args, old, now);
    const secretIn = (printed: string) => /fb_[A-Za-z0-9_-]{43}/.exec(printed)?.[0] ?? '';

    test('given a live key, when keys move, then it works where it was and where it is now, with its name, scopes and limits, until the move is finished', async () => {
      const secret = secretIn(
        await earlier('create', '--name', 'live', '--scope', 'tokens:read', '--days', '9'),
      );
      const key = await findApiKey(database.table, secret, now);

      expect(await run('move')).toBe('Copied 1 of 1 keys. Deploy, then: move --finish.');
      // A container keeps a key for 30 s: look as one that has not used it yet.
      expect(await findApiKey(database.table, secret, now + 31_000)).toEqual(key);
      expect(await findApiKey(database.keyTable, secret, now + 62_000)).toEqual(key);
      expect(key).toMatchObject({ name: 'live', scopes: ['tokens:read'] });

      expect(await run('move', '--finish')).toBe('Deleted 1 keys where they were.');
      expect(await findApiKey(database.table, secret, now + 93_000)).toBeUndefined();
      expect(await findApiKey(database.keyTable, secret, now + 93_000)).toEqual(key);
      await revokeAll();
    });

    test('given a key that was rotated after it moved, when keys move again, then it still ends', async () => {
      await earlier('create', '--name', 'turned', '--scope', 'tokens:read');
      await run('move');
      const [id = ''] = (await run('list')).split(' ');
      await run('rotate', '--id', id);
      const listed = await run('list');

      expect(await run('move')).toContain('Copied 0 of 1');
      expect(await run('list')).toBe(listed);
      await run('move', '--finish');
      await revokeAll();
    });

    test('given a key that was revoked after it moved, when keys move again, then it does not come back', async () => {
      await earlier('create', '--name', 'leaked', '--scope', 'tokens:read');
      await run('move');
      await revokeAll();

      expect(await run('move')).toContain('Copied 0 of 0');
      expect(await run('list')).toBe('There are no keys yet.');
    });

    test('given a key that has not moved, when the move is to be finished, then that is refused and the key stays', async () => {
      await earlier('create', '--name', 'left', '--scope', 'tokens:read');
      await expect(run('move', '--finish')).rejects.toThrow('1 keys have not moved yet');
      expect(await earlier('list')).toContain('left');
      await run('move');
      await revokeAll();
    });
  });

  async function revokeAll() {
    for (const line of (await run('list')).split('\n')) {
      await run('revoke', '--id', line.split(' ')[0] ?? '');
    }
  }

  test.each([
    [
      'a network that is none',
      ['create', '--name', 'x', '--scope', 'tokens:read', '--network', '1.2.3'],
      '1.2.3 is no network',
    ],
    [
      'a rate that is none',
      ['create', '--name', 'x', '--scope', 'tokens:read', '--rate', '0'],
      '--rate takes a whole number',
    ],
    ['no scope', ['create', '--name', 'backend'], 'Usage'],
    ['an unknown scope', ['create', '--name', 'x', '--scope', 'all'], 'There is no scope all'],
    ['an unknown id', ['revoke', '--id', 'nothing'], 'No key has the id nothing'],
    ['no command', [], 'Usage'],
  ])(
    'given %s, when run, then it says what is wrong and changes nothing',
    async (_, args, text) => {
      await expect(run(...args)).rejects.toThrow(text);
      expect(await run('list')).toBe('There are no keys yet.');
    },
  );
});
