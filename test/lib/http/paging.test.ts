import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { linksOn, readPage } from '../../../lib/http/paging.ts';

/** Reads a list of `length` numbers to its end; pages of more than `most` of them are too large. */
async function readAll(length: number, most: number): Promise<{ items: number[]; pages: number }> {
  const all = [...Array(length).keys()];
  const items: number[] = [];
  let cursor: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = await readPage(cursor, async ({ page, size }) => {
      const found = all.slice((page - 1) * size, page * size);
      if (found.length > most)
        throw new ForgebridgeError('ProviderProtocol', { reason: 'too_large' });
      return { items: found, more: page * size < length };
    });
    items.push(...page.items);
    if (page.next === undefined) return { items, pages };
    cursor = page.next;
  }
}

describe('a list', () => {
  test('given any length, and any size of page that can be read, when it is read to its end, then each item is there once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 260 }),
        fc.integer({ min: 2, max: 60 }),
        async (length, most) => {
          const { items } = await readAll(length, most);
          expect(items).toEqual([...Array(length).keys()]);
        },
      ),
    );
  });

  test('given a page that cannot be read in any size, when it is read, then that is told', async () => {
    await expect(readAll(10, 1)).rejects.toMatchObject({ details: { reason: 'too_large' } });
  });

  test.each([
    '0',
    '-1',
    '1e3',
    '',
    '1&per_page=1',
    '9999999',
    '1-7',
    '1-100',
    'https://evil.example',
  ])(
    'given the foreign cursor %j, when it is read, then it is refused, and nothing is asked',
    async (cursor) => {
      const work = readPage(cursor, () => Promise.reject(new Error('asked')));
      await expect(work).rejects.toMatchObject({ code: 'InvalidInput' });
    },
  );
});

describe('the Link header', () => {
  test.each([
    ['<https://h/x?page=2>; rel="next", <https://h/x?page=9>; rel="last"', true],
    ['<https://h/x?page=1>; rel="prev"', false],
    ['<https://h/x?page=1&rel=next>; rel="first"', false],
    ['', false],
  ])('given %s, when read, then there is another page: %s', (link, more) => {
    expect(linksOn(new Headers({ link }))).toBe(more);
  });
});
