import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Key } from '../../../lib/storage/table.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const key = (name: string): Key => ({ pk: 'APIKEYS', sk: name });

describe('attempts with what is none', () => {
  let attempted: typeof import('../../../lib/callers/attempts.ts').attempted;
  const get = vi.fn(async ({ sk }: Key) => (sk === 'good' ? { sk } : undefined));
  // As a container begins.
  beforeEach(async () => {
    vi.resetModules();
    ({ attempted } = await import('../../../lib/callers/attempts.ts'));
    get.mockClear();
  });

  /** How many of so many attempts were looked up. */
  async function lookedUp(count: number, address: string, at = now): Promise<number> {
    const before = get.mock.calls.length;
    const table = attempted({ get }, address, at);
    for (let index = 0; index < count; index += 1) {
      await table.get(key(`bad ${index}`)).catch((error: { code: string }) => {
        expect(error).toMatchObject({
          code: 'RateLimited',
          details: { reason: 'too_many_attempts', retryAfter: 1 },
        });
      });
    }
    return get.mock.calls.length - before;
  }

  test('given one address, when it tries a hundred times, then twenty are looked up, and two more for each second that passes', async () => {
    expect(await lookedUp(100, '192.0.2.1')).toBe(20);
    expect(await lookedUp(100, '192.0.2.1', now + 1_000)).toBe(2);
    expect(await lookedUp(100, '192.0.2.1', now + 4_000)).toBe(6);
    expect(await lookedUp(100, '192.0.2.1', now + 60_000)).toBe(20);
  });

  test('given one address that is refused, when another one tries, then it has attempts of its own', async () => {
    await lookedUp(100, '192.0.2.1');
    expect(await lookedUp(5, '192.0.2.2')).toBe(5);
  });

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', 0],
    ['2001:db8::1', '2001:db8:0:0:5::1', 0],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', 5],
  ])(
    'given %s is refused, when %s tries, then so many of five are looked up: %i',
    async (first, second, expected) => {
      await lookedUp(100, first);
      expect(await lookedUp(5, second)).toBe(expected);
    },
  );

  test('given what was found good, when its address is refused for others’ attempts, then it is looked up all the same, for a quarter of an hour', async () => {
    const table = (at: number) => attempted({ get }, '192.0.2.1', at);
    await table(now).get(key('good'));
    await lookedUp(100, '192.0.2.1');
    expect(await table(now).get(key('good'))).toEqual({ sk: 'good' });
    await lookedUp(100, '192.0.2.1', now + 899_000);
    expect(await table(now + 899_000).get(key('good'))).toEqual({ sk: 'good' });
  });
});
