import { ForgebridgeError, isForgebridgeError } from '../../lib/errors.ts';
import { persist } from '../../lib/lease/persist.ts';
import type { TokenSet } from '../../lib/oauth/tokens.ts';
import { defined } from '../../lib/primitives/defined.ts';
import { capability } from '../../lib/providers/provider.ts';
import type { ConnectionRecord } from '../../lib/vault/record.ts';
import { accessToken, withAccess } from '../../lib/vault/vault.ts';
import { placeOf } from '../../lib/vault/vouched.ts';
import type { Rows } from './memory-store.ts';
import type { Lambda, Protocol } from './world.ts';

/** The protocol of lib/vault itself. */
const ours: Protocol = async ({ vault, request }, use) => {
  // Both doors to it: those who only want a token, and those who use it at the provider.
  if (vault.random() < 0.5) return withAccess(vault, request, ({ token }) => use(token));
  const { accessToken: token } = await accessToken(vault, request);
  return use(token);
};

/** What must still be so when the provider's answer is written. */
type Fence = (found: ConnectionRecord, mine: string, seen: ConnectionRecord) => boolean;

const lockLife = 10_000;
const margin = 60_000;

/**
 * A lock with a time to live around the refresh, as it is usually written: take the lock if it is
 * free or has run out, look again, refresh, write, give the lock back.
 */
function locked(fence: Fence): Protocol {
  return async (lambda, use) => {
    const first = await obtain(lambda, fence, undefined);
    try {
      return await use(first.token);
    } catch (error) {
      if (!isForgebridgeError(error, 'ReconnectRequired')) throw error;
    }
    return use((await obtain(lambda, fence, first.gen)).token);
  };
}

interface Found {
  readonly token: string;
  readonly gen: number;
}

async function obtain(lambda: Lambda, fence: Fence, rejected?: number): Promise<Found> {
  const { vault, request, process } = lambda;
  const until = vault.now() + 5_000;
  for (let poll = 100; ; poll = Math.min(2 * poll, 1_000)) {
    const record = await vault.store.read(request.ref);
    if (record?.status !== 'active') throw new ForgebridgeError('ReconnectRequired');
    const left = (record.expiresAt ?? 0) - vault.now();
    const enough = Math.min(margin, ((record.expiresAt ?? 0) - record.issuedAt) / 2);
    if (left > enough && record.gen !== rejected) return found(lambda, record);
    const fresh = await refreshLocked(lambda, fence, record);
    if (fresh !== undefined) return found(lambda, fresh);
    if (vault.now() > until || process.timeLeft() < 2_000) {
      throw new ForgebridgeError('RefreshInProgress', { retryAfter: 2 });
    }
    await vault.sleep(poll);
  }
}

async function found({ vault }: Lambda, record: ConnectionRecord): Promise<Found> {
  const token = await vault.opener.open(record.access, placeOf(record, 'access'));
  return { token, gen: record.gen };
}

/** Undefined: the lock is another's, or the write was shut out. */
async function refreshLocked(
  lambda: Lambda,
  fence: Fence,
  seen: ConnectionRecord,
): Promise<ConnectionRecord | undefined> {
  const { vault, process } = lambda;
  const { grant, gen } = seen;
  const mine = `lock-${process.name}-${vault.now()}`;

  const lock = { leaseId: mine, leaseUntil: vault.now() + lockLife };
  const isFree = ({ leaseId, leaseUntil = 0, ...now }: ConnectionRecord) =>
    now.gen === gen && (leaseId === mine || leaseUntil < vault.now());
  const locked = await update(lambda, seen, isFree, lock);
  if (locked === undefined) return undefined;

  const seal = await vault.sealer.ready();
  const place = placeOf(locked, 'refresh');
  const refreshToken = await vault.opener.open(locked.refresh ?? '', place);
  const tokens = await askLocked(lambda, seen, mine, refreshToken);
  if (tokens === undefined) return undefined;

  const next = { grant, gen: gen + 1, issuedAt: vault.now(), expiresAt: tokens.expiresAt };
  const after = {
    ...locked,
    grant,
    gen: next.gen,
    issuedAt: next.issuedAt,
    ...defined({ expiresAt: next.expiresAt }),
  };
  const change = {
    ...next,
    access: await seal(tokens.accessToken, placeOf(after, 'access')),
    refresh: await seal(tokens.refreshToken ?? refreshToken, placeOf(after, 'refresh')),
    status: 'active' as const,
    ...noLock,
    write: mine,
  };
  // Its own write is known again, so that an echoed one does no harm here either.
  const isMine = (now: ConnectionRecord) => now.write === mine || fence(now, mine, seen);
  return update(lambda, seen, isMine, change);
}

const noLock = { leaseId: undefined, leaseUntil: undefined };

/** Undefined: refused, and somebody else has stored a newer generation meanwhile. */
async function askLocked(
  lambda: Lambda,
  seen: ConnectionRecord,
  mine: string,
  refreshToken: string,
): Promise<TokenSet | undefined> {
  const { vault, process, host } = lambda;
  const signal = vault.timeLimit(Math.max(0, process.timeLeft() - 5_000));
  const refresh = capability(host.client(process), 'refresh');
  try {
    return await refresh({ refreshToken, redirectUri: seen.redirectUri, signal });
  } catch (error) {
    if (!isForgebridgeError(error, 'ReconnectRequired')) {
      await update(lambda, seen, ({ leaseId }) => leaseId === mine, noLock);
      throw error;
    }
    const broken = { status: 'reconnect_required' as const };
    if (await update(lambda, seen, ({ gen }) => gen === seen.gen, broken)) throw error;
    return undefined;
  }
}

/** One conditional write, repeated while the table does not take it. */
function update({ vault, process, write }: Lambda, ...change: Parameters<Rows['update']>) {
  return persist(vault, process.timeLeft, () => write((rows) => rows.update(...change)));
}

/** Every protocol by its name in the table of docs/refresh.md. */
export const protocols = {
  forgebridge: ours,
  'time-to-live lock': locked(() => true),
  'owner-fenced lease': locked(({ leaseId }, mine) => leaseId === mine),
  'generation fence, short lease': locked(({ gen }, _, seen) => gen === seen.gen),
} satisfies Record<string, Protocol>;

export type ProtocolName = keyof typeof protocols;
