import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkName } from '../../../lib/operations/check-name.ts';
import { nameProblem, numbered } from '../../../lib/operations/names.ts';
import { anyCodePoint } from '../../harness/any-text.ts';
import { hostClient } from './client.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const lax = { maxLength: 100, pattern: /^.*$/su };
const access = { token: 'token-of-the-test', login: 'example' };

function check(world: World, name: string) {
  return checkName(
    access,
    hostClient(world.host.url, () => world.clock),
    'example',
    name,
  );
}

describe('C54 a repository name', () => {
  test.each([
    '.',
    '..',
    'a..b',
    'mine.git',
    'mine.GIT',
    'mine.wiki',
    'mine.atom',
    'a/b',
    'a\\b',
    '%2f',
    'a%2fb',
    'a\0b',
    'a\r\nb',
    'a b',
    '',
    'naïve',
    'аdmin',
    'a\u202eb',
    'ａ',
    'a\u0301',
  ])('C54 given %j, when checked, then it is refused even where the host would take it', (name) => {
    expect(nameProblem(name, lax)).toBeDefined();
  });

  test('C54 given any text, when it is accepted, then it is one safe segment of a URL', () => {
    const text = fc.oneof(
      fc.string({ unit: anyCodePoint, maxLength: 40 }),
      fc.stringMatching(/^[a-z0-9._%/-]{1,40}$/),
    );
    fc.assert(
      fc.property(text, (name) => {
        if (nameProblem(name, lax) !== undefined) return;
        expect(encodeURIComponent(name)).toBe(name);
        expect(new URL(`https://host.example/owner/${name}`).pathname).toBe(`/owner/${name}`);
      }),
      { numRuns: 1_000 },
    );
  });

  test('C54 given a name longer than the host takes, or of another pattern, when checked, then it is refused', () => {
    const rules = { maxLength: 5, pattern: /^[a-z]+$/ };
    expect(nameProblem('abcdef', rules)).toContain('5');
    expect(nameProblem('ab-c', rules)).toContain('provider');
    expect(nameProblem('abcde', rules)).toBeUndefined();
  });
});

describe('checkName', () => {
  test('given a free name, when checked, then it is available', async () => {
    const world = await newWorld();
    expect(await check(world, 'mine')).toEqual({ available: true, suggestions: [] });
  });

  test('given a taken name, when checked, then free numbered names are suggested', async () => {
    const world = await newWorld();
    for (const name of ['mine', 'mine-2']) world.host.add({ owner: 'example', name });
    expect(await check(world, 'MINE')).toMatchObject({ available: false });
    expect((await check(world, 'mine')).suggestions).toEqual(['mine-1', 'mine-3', 'mine-4']);
  });

  test('given a bad name, when checked, then the problem is told and the host is not asked', async () => {
    const world = await newWorld();
    const { available, problem } = await check(world, 'a..b');
    expect(available).toBe(false);
    expect(problem).toContain('..');
    expect(world.host.seen.find).toBe(0);
  });

  test('given the host is in trouble, when checked, then that is raised and never taken for free', async () => {
    const world = await newWorld();
    world.host.fail('find', { status: 503 }, { status: 503 }, { status: 503 });
    await expect(check(world, 'mine')).rejects.toMatchObject({ code: 'ProviderUnavailable' });
  });

  test('given the host is in trouble only for suggestions, when checked, then the name is taken still', async () => {
    const world = await newWorld();
    world.host.add({ owner: 'example', name: 'mine' });
    const trouble = { status: 403 };
    world.host.before('find', () => {
      // Begins behind the look-up of the name itself.
      world.host.before('find', () => world.host.fail('find', trouble));
    });
    expect(await check(world, 'mine')).toEqual({ available: false, suggestions: [] });
  });

  test('given a name of full length, when numbered, then it is cut to fit', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{1,30}$/),
        fc.integer({ min: 1, max: 99 }),
        (name, number) => {
          const candidate = numbered(name, number, 30);
          expect(candidate.length).toBeLessThanOrEqual(30);
          expect(candidate.endsWith(`-${number}`)).toBe(true);
        },
      ),
    );
  });
});
