import { beforeAll, describe, expect, test } from 'vitest';
import { openBundle } from './bundle.ts';
import type { Packaged } from './packaged.ts';
import { dev } from './stages.ts';

let packaged: Packaged;
beforeAll(async () => {
  packaged = await dev();
});

const opening = ['lib/sealing/sealing.ts', 'lib/vault/access.ts', 'lib/vault/tokens.ts'];

describe('C23 the functions that accept, show and cancel a creation', () => {
  test.each(['createRepository', 'page', 'getOperation', 'listOperations', 'cancelOperation'])(
    'C23 given the bundle of %s, when opened, then nothing in it opens a token or names the key for it',
    async (name) => {
      const { sources, code } = await openBundle(packaged, name);
      expect(sources).toContain('lib/operations/store.ts');
      expect(sources.filter((path) => opening.includes(path))).toEqual([]);
      expect(code.toString()).not.toContain('keys/open');
    },
  );

  test('C23 given the bundle of a step, when opened, then it is all there', async () => {
    const { sources, code } = await openBundle(packaged, 'forkRepo');
    expect(sources).toEqual(expect.arrayContaining(opening));
    expect(code.toString()).toContain('keys/open');
  });

  test.each(['getOperation', 'listOperations', 'cancelOperation'])(
    'given the bundle of %s, when opened, then no client of a host is in it',
    async (name) => {
      const { sources } = await openBundle(packaged, name);
      expect(sources.filter((path) => path.startsWith('lib/providers/github'))).toEqual([]);
    },
  );
});
