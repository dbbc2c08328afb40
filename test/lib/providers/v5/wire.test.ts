import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochOf } from '../../../../lib/primitives/time.ts';
import { failure, saidIn } from '../../../../lib/providers/v5/failure.ts';
import { pageNumber } from '../../../../lib/providers/v5/wire.ts';

const zones = fc.integer({ min: -12 * 60, max: 14 * 60 });

function inZone(instant: number, minutes: number): string {
  const local = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

describe('instants', () => {
  test('given any instant written in any zone, when read, then it is that instant', () => {
    const instants = fc.integer({ min: 0, max: Date.parse('2100-01-01T00:00:00Z') });
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        expect(epochOf(inZone(instant, zone))).toBe(instant);
      }),
    );
  });

  test('given an instant without a zone, when read, then it is not guessed', () => {
    expect(epochOf('2023-05-07T04:02:40.758')).toBeUndefined();
  });

  test('given anything at all, when read as an instant, then it is a number or undefined', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string()), (value) => {
        const instant = epochOf(value);
        expect(instant === undefined || Number.isFinite(instant)).toBe(true);
      }),
    );
  });
});

describe('error bodies', () => {
  const shapes: [string, (text: string) => unknown][] = [
    ['message', (text) => ({ message: text })],
    ['messages', (text) => ({ messages: ['first', text] })],
    ['an error object', (text) => ({ error: { base: [text] } })],
    ['error_message', (text) => ({ error_code: 400, error_message: text })],
    ['plain text', (text) => text],
  ];

  test.each(shapes)('given any text as %s, when read, then it is found', (_, shape) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(saidIn(shape(text))).toContain(text);
      }),
    );
  });

  test('given any JSON at all, when read, then there is a short text and no exception', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (body) => {
        expect(saidIn(body).length).toBeLessThanOrEqual(2_000);
      }),
    );
  });

  test('given JSON nested 100,000 deep, when read, then it ends', () => {
    const body: unknown = JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`);

    expect(saidIn(body)).toBe('');
  });

  test('C26 given a refusal that repeats the token, when raised, then no part of it holds it', () => {
    const token = 'access-0123456789';
    const request = { method: 'GET', path: '/user', token } as const;
    const body = { message: `Access token ${token} does not exist` };

    const error = failure({ status: 401, headers: new Headers(), body }, request, 0);

    expect(JSON.stringify([error, String(error.cause)])).not.toContain(token);
  });
});

describe('cursors', () => {
  test('given any page number, when handed back as a cursor, then it is that page', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), (page) => {
        expect(pageNumber(String(page))).toBe(page);
      }),
    );
  });

  test.each(['0', '-1', '1e3', '', '1&per_page=1', '9999999'])(
    'given the foreign cursor "%s", when read, then it is refused',
    (cursor) => {
      expect(() => pageNumber(cursor)).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
    },
  );
});
