import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess } from '../../../lib/vault/assess.ts';
import type { ConnectionRecord } from '../../../lib/vault/record.ts';
import { firstRevocation, nextCare, nextRevocation } from '../../../lib/vault/schedule.ts';

const now = 1_800_000_000_000;
const base: ConnectionRecord = {
  partition: 'SUBJECT#a',
  id: 'connection',
  provider: 'host',
  account: { id: '1', login: 'ada' },
  status: 'active',
  grant: 'consent',
  gen: 5,
  access: 'sealed',
  redirectUri: 'https://bridge.example/callback/host',
  connectedAt: 0,
  issuedAt: 0,
  updatedAt: 0,
  write: 'write',
};

const around = fc.integer({ min: now - 100_000, max: now + 1_000_000 });
const record = fc
  .record(
    {
      status: fc.constantFrom('active', 'reconnect_required', 'revoked'),
      refresh: fc.constant('sealed'),
      issuedAt: fc.integer({ min: now - 10_000_000, max: now }),
      expiresAt: around,
      leaseUntil: around,
      nextTryAt: around,
    },
    { requiredKeys: ['status', 'issuedAt'] },
  )
  .map((parts): ConnectionRecord => ({ ...base, ...parts }));
const provider = fc.record({
  rotation: fc.constantFrom('kills-access', 'overlaps'),
  refresh: fc.constant(async () => ({ accessToken: '' })),
});
const rejected = fc.option(fc.constantFrom(4, 5), { nil: undefined });

describe('what one look at the record says', () => {
  test('given any record, when a token is handed out, then it is active, not refused, not over by any clock, and not in doubt', () => {
    fc.assert(
      fc.property(record, provider, rejected, (found, host, generation) => {
        fc.pre(assess(found, host, generation, now).action === 'hand-out');
        expect(found.status).toBe('active');
        expect(generation).not.toBe(found.gen);
        expect(found.expiresAt ?? Infinity).toBeGreaterThan(now + 2_000);
        if (host.rotation === 'kills-access') expect(found.leaseUntil).toBeUndefined();
      }),
    );
  });

  test('given any record, when a refresh is to begin, then nobody can be refreshing and the provider has rested', () => {
    fc.assert(
      fc.property(record, provider, rejected, (found, host, generation) => {
        fc.pre(assess(found, host, generation, now).action === 'refresh');
        expect(found.refresh).toBeDefined();
        expect(found.leaseUntil ?? 0).toBeLessThan(now - 2_000);
        expect(found.nextTryAt ?? 0).toBeLessThanOrEqual(now);
      }),
    );
  });

  test('given any record that is not active, when a token is asked for, then it is refused with a reason', () => {
    fc.assert(
      fc.property(record, provider, rejected, (found, host, generation) => {
        fc.pre(found.status !== 'active');
        expect(assess(found, host, generation, now)).toMatchObject({ action: 'refuse' });
      }),
    );
  });

  test('given a token of any life, when it has just come, then it is handed out and not refreshed at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 10 ** 9 }), provider, (life, host) => {
        const fresh = { ...base, refresh: 'sealed', issuedAt: now, expiresAt: now + life };
        expect(assess(fresh, host, undefined, now).action).toBe('hand-out');
      }),
    );
  });

  test.each([
    ['kills-access', 61_000, 'hand-out'],
    ['kills-access', 60_000, 'refresh'],
    ['overlaps', 601_000, 'hand-out'],
    ['overlaps', 600_000, 'refresh'],
  ] as const)(
    'given %s and %i ms left, when a token is asked for, then: %s',
    (rotation, left, action) => {
      const found = { ...base, refresh: 'sealed', expiresAt: now + left };
      const refresh = async () => ({ accessToken: '' });
      expect(assess(found, { rotation, refresh }, undefined, now).action).toBe(action);
    },
  );

  test('given a lease that a crash left behind, when the token would still be good, then it is refreshed rather than handed out in doubt', () => {
    const refresh = async () => ({ accessToken: '' });
    const left = {
      ...base,
      refresh: 'sealed',
      expiresAt: now + 3_600_000,
      leaseUntil: now - 10_000,
    };
    const killing = assess(left, { rotation: 'kills-access', refresh }, undefined, now);
    expect(killing).toEqual({ action: 'refresh', usable: false });
    expect(assess(left, { rotation: 'overlaps', refresh }, undefined, now).action).toBe('hand-out');
  });
});

describe('when idle care looks', () => {
  const day = 86_400_000;

  test('given any refreshable tokens, when care is planned, then it comes before the refresh token ends, and after a quiet day where one fits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60_000, max: 30 * day }),
        fc.integer({ min: 60_000, max: 400 * day }),
        (life, refreshLife) => {
          const tokens = {
            refreshToken: 'r',
            expiresAt: now + life,
            refreshExpiresAt: now + refreshLife,
          };
          const { dueAt = 0 } = nextCare('id', tokens, now);
          expect(dueAt).toBeGreaterThan(now);
          expect(dueAt).toBeLessThan(tokens.refreshExpiresAt);
          if (life + day < refreshLife) expect(dueAt).toBeGreaterThanOrEqual(now + life + day);
        },
      ),
    );
  });

  test('given tokens that do not end, when care is planned, then there is none', () => {
    expect(nextCare('id', { refreshToken: 'r' }, now)).toEqual({});
    expect(nextCare('id', {}, now)).toEqual({});
  });

  test('given a pending revocation, when it is tried again and again, then ever more rarely, and for a week', () => {
    const times = [firstRevocation(now)];
    for (let last: number | undefined = times[0]; last !== undefined; ) {
      last = nextRevocation(now, last);
      if (last !== undefined) times.push(last);
    }
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps).toEqual([...gaps].sort((one, two) => one - two));
    expect(times.length).toBeLessThan(45);
    expect(times.at(-1)).toBeGreaterThanOrEqual(now + 7 * day);
  });
});
