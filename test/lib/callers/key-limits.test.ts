import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isAllowed,
  isNetwork,
  type KeyLimits,
  requireAllowed,
  requireKeyUse,
} from '../../../lib/callers/key-limits.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const use =
  (limits: KeyLimits, at: Partial<{ keyId: string; address: string; now: number }> = {}) =>
  () =>
    requireKeyUse(limits, { keyId: 'k', address: '192.0.2.7', now, ...at });

describe('a key that is narrowed', () => {
  test('given an end, when it is reached, then the key is unknown from that moment on', () => {
    expect(use({ expiresAt: now + 1 })).not.toThrow();
    expect(use({ expiresAt: now })).toThrow(
      expect.objectContaining({
        code: 'CallerUnauthenticated',
        details: expect.objectContaining({ reason: 'key_expired' }),
      }),
    );
  });

  test.each([
    ['192.0.2.7', ['192.0.2.0/24'], true],
    ['192.0.3.7', ['192.0.2.0/24', '192.0.3.7/32'], true],
    ['192.0.3.8', ['192.0.2.0/24', '192.0.3.7/32'], false],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:db9::1', ['2001:db8::/32'], false],
    ['2001:db8::1', ['0.0.0.0/0'], false],
    ['::ffff:192.0.2.7', ['192.0.2.0/24'], true],
    ['no address', ['0.0.0.0/0', '::/0'], false],
  ])(
    'given a caller at %s and a key for %j, when it calls, then that is %s',
    (address, networks, may) => {
      const call = use({ networks }, { address });
      if (may) expect(call).not.toThrow();
      else expect(call).toThrow(expect.objectContaining({ code: 'Forbidden' }));
    },
  );

  test('given five a second, when ten come at once, then five are served, and one more after a fifth of a second', () => {
    const served = (count: number, at: number) =>
      Array.from({ length: count }).filter(() => {
        try {
          use({ perSecond: 5 }, { keyId: 'rated', now: at })();
          return true;
        } catch {
          return false;
        }
      }).length;
    expect(served(10, now)).toBe(5);
    expect(served(10, now + 200)).toBe(1);
    expect(served(10, now + 60_000)).toBe(5);
  });

  test.each([
    ['provider', { providers: ['gitlab'] }, 'gitlab', 'github'],
    ['installation', { installations: ['7'] }, '7', '70'],
    ['subject', { subjects: ['team-a/', 'ci'] }, 'ci-9', 'team-b/1'],
  ] as const)(
    'given a key for one %s, when another is named, then it is refused',
    (what, limits, own, other) => {
      expect(() => requireAllowed(limits, what, own)).not.toThrow();
      expect(() => requireAllowed(limits, what, other)).toThrow(
        expect.objectContaining({
          details: expect.objectContaining({ reason: `${what}_not_allowed` }),
        }),
      );
      expect(isAllowed({}, what, other) && isAllowed(undefined, what, other)).toBe(true);
    },
  );

  test('given any text, when it is taken for a network, then a key can be held to it', () => {
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(200)).map((parts) => parts.join('/')),
    );
    fc.assert(
      fc.property(text, fc.oneof(fc.ipV4(), fc.ipV6()), (network, address) => {
        if (!isNetwork(network)) return;
        try {
          use({ networks: [network] }, { address })();
        } catch (error) {
          expect(error).toMatchObject({ code: 'Forbidden' });
        }
      }),
    );
  });
});
