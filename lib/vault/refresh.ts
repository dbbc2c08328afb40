import { randomUUID } from 'node:crypto';
import { ForgebridgeError } from '../errors.ts';
import type { TokenSet } from '../oauth/tokens.ts';
import { defined } from '../primitives/defined.ts';
import type { Provider } from '../providers/provider.ts';
import type { Seal } from '../sealing/sealing.ts';
import { ask, giveBack, tooLate } from './ask.ts';
import { persist } from './persist.ts';
import type { TokenRequest, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import type { HeldRecord } from './store.ts';
import {
  leaseEffort,
  repeats,
  settle,
  shortestRefresh,
  tableRest,
  writeReserve,
} from './timing.ts';
import { completed, openToken, sealTokens } from './tokens.ts';

/** The record of a new generation, and its access token. */
export interface Fresh {
  readonly record: ConnectionRecord;
  readonly token: string;
}

/**
 * Replaces the tokens of `seen`: one refresh per generation, and no rotation lost. Undefined when
 * somebody else was first, or the connection has changed meanwhile: look again.
 *
 * Two things make it safe, and neither does alone. The lease ends only when its holder cannot live
 * any more, so nobody asks the provider while an answer can still come. And the write asks for the
 * generation, not for the lease: an answer, however late, is the only live token there is, and it
 * is stored unless something newer stands there.
 *
 * @throws ForgebridgeError `ReconnectRequired` after marking the connection; `RateLimited`,
 * `ProviderUnavailable`, `ProviderTimeout`, `ProviderProtocol` or `Misconfigured` after giving the
 * lease back; `RefreshInProgress` when too little time is left to begin.
 */
export async function refresh(
  vault: Vault,
  request: TokenRequest,
  seen: ConnectionRecord,
  provider: Provider,
): Promise<Fresh | undefined> {
  // 1. `seen` was read and found wanting: assess.ts. Waiting for others: access.ts.

  // 2. Time enough.
  if (request.timeLeft() < shortestRefresh) throw tooLate();

  // 3. The lease, for as long as this invocation can live.
  const held = await lease(vault, request, seen);
  if (held === undefined) return undefined;

  // 4. All that the write will need, in memory.
  const { refreshToken, seal } = await prepare(vault, request, held);

  // 5 and 7. The provider's answer, or what its refusal means.
  const tokens = await ask(vault, request, held, provider, refreshToken);
  if (tokens === undefined) return undefined;

  // 8. What the answer leaves unsaid stays as it was.
  const whole = completed(tokens, held, refreshToken);

  // 6. The write, fenced on the generation that was consumed.
  const record = await store(vault, request, held, seal, whole);
  if (record !== undefined) return { record, token: whole.accessToken };
  await endOrphan(vault, request, held, provider, whole);
  return undefined;
}

async function lease(
  vault: Vault,
  request: TokenRequest,
  seen: ConnectionRecord,
): Promise<HeldRecord | undefined> {
  const mine = { id: randomUUID(), until: vault.now() + request.timeLeft() };
  const effort = Math.max(shortestRefresh, request.timeLeft() - leaseEffort);
  const take = () => vault.store.takeLease(seen, mine, vault.now());
  try {
    return await persist(vault, request.timeLeft, take, effort);
  } catch (error) {
    // Nothing has happened yet at the provider, so trying again later is all there is to do.
    const details = { reason: 'lease_not_taken', retryAfter: tableRest };
    throw new ForgebridgeError('ProviderUnavailable', details, error);
  }
}

async function prepare(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
): Promise<{ readonly refreshToken: string; readonly seal: Seal }> {
  try {
    const seal = await vault.sealer.ready();
    const refreshToken = await openToken(vault, request, held, 'refresh');
    if (refreshToken === undefined) throw new ForgebridgeError('Unsupported');
    return { refreshToken, seal };
  } catch (error) {
    // The provider was not asked: nothing is in doubt, and the next may try at once.
    await giveBack(vault, request, held, { inDoubt: false });
    throw error;
  }
}

/** Undefined when the condition failed and what stands there is not this very write. */
async function store(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
  seal: Seal,
  tokens: TokenSet,
): Promise<ConnectionRecord | undefined> {
  const write = randomUUID();
  const next = { ...held, gen: held.gen + 1 };
  const sealed = await sealTokens(seal, next, tokens, { now: vault.now(), write });
  return persist(vault, request.timeLeft, async () => {
    const stored = await vault.store.storeTokens(held, sealed, vault.now());
    if (stored !== undefined) {
      vault.count('refreshed');
      return stored;
    }
    // A write whose reply was lost is repeated, and then meets its own generation.
    const current = await vault.store.read(held);
    const own = current?.write === write;
    vault.count(own ? 'own_write_recognised' : 'rotation_superseded');
    return own ? current : undefined;
  });
}

/**
 * The answer came too late to be stored. When the connection was ended meanwhile, its tokens are
 * ended too. When the user consented anew they are left to expire: at some hosts revoking one token
 * ends the whole grant, and with it the new connection.
 */
async function endOrphan(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
  provider: Provider,
  { accessToken, refreshToken }: TokenSet,
): Promise<void> {
  const current = await persist(vault, request.timeLeft, () => vault.store.read(held));
  if (current !== undefined && current.status !== 'revoked') return;
  const orphan = { accessToken, ...defined({ refreshToken }) };
  for (let attempt = 0; attempt <= repeats; attempt += 1) {
    const left = request.timeLeft() - settle;
    if (provider.revoke === undefined || left < writeReserve / 5) break;
    try {
      await provider.revoke(orphan, vault.timeLimit(left));
      vault.count('orphan_revoked');
      return;
    } catch {
      await vault.sleep(settle);
    }
  }
  vault.count('orphan_left');
}
