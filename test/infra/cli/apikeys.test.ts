import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiKeysCommand } from '../../../infra/cli/apikeys.ts';
import { findApiKey } from '../../../lib/callers/api-keys.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('npm run apikeys', () => {
  let database: Database;
  beforeAll(async () => {
    database = await startDynalite();
  });
  afterAll(() => database.stop());

  const run = (...args: string[]) => apiKeysCommand(args, () => database.table, now);

  test('given a key was made, when it is used, listed and revoked, then it works, is never shown again, and works no longer', async () => {
    const made = await run('create', '--name', 'backend', '--scope', 'tokens:read');
    const [secret = ''] = made.match(/fb_[A-Za-z0-9_-]{43}/) ?? [];
    const id = /Its id is ([0-9a-f]{12})\./.exec(made)?.[1] ?? '';
    expect(await findApiKey(database.table, secret, now)).toMatchObject({
      name: 'backend',
      scopes: ['tokens:read'],
    });

    const listed = await run('list');
    expect(listed).toContain(`${id}  2026-01-01T00:00:00.000Z  backend  tokens:read`);
    expect(listed).not.toContain(secret);

    expect(await run('revoke', '--id', id)).toContain('Revoked');
    // A container that has just used it keeps it for 30 s.
    expect(await findApiKey(database.table, secret, now + 29_000)).toBeDefined();
    expect(await findApiKey(database.table, secret, now + 30_000)).toBeUndefined();
    expect(await run('list')).toBe('There are no keys yet.');
  });

  test.each([
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
