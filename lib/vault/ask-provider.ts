import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import { tooLate } from '../lease/patience.ts';
import { persist } from '../lease/persist.ts';
import {
  cooldown,
  longestCooldown,
  repeats,
  settle,
  shortestQuestion,
  shortestRepeat,
  writeReserve,
} from '../lease/timing.ts';
import type { TokenSet } from '../oauth/tokens.ts';
import { capability, type Provider } from '../providers/provider.ts';
import { breakConnection, reconnectRequired } from './broken.ts';
import type { Outcome, TokenRequest, Vault } from './ports.ts';
import { sameGeneration } from './record.ts';
import type { HeldRecord } from './store.ts';
import { giveBack } from './take-lease.ts';

/**
 * Steps 5 and 6: asks the provider for new tokens, once unless the answer is lost or refused.
 * Undefined when the record has moved on: a newer generation, a new consent, a disconnect.
 *
 * @throws ForgebridgeError `ReconnectRequired` after marking the connection; every other failure
 * after giving the lease back.
 */
export async function askForTokens(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
  provider: Provider,
  refreshToken: string,
): Promise<TokenSet | undefined> {
  if (request.timeLeft() < shortestQuestion) {
    // The lease or the key took long. Nothing was asked, so nothing is in doubt.
    await giveBack(vault, request, held, { inDoubt: false });
    throw tooLate();
  }
  // After a failure the provider is asked once per cooldown and no more.
  const firstTry = held.nextTryAt === undefined;
  const repeatsLeft = { refused: 1, lost: firstTry ? repeats : 0, failed: 0 };
  for (;;) {
    const answer = await askOnce(vault, request, held, provider, refreshToken);
    if (answer.kind === 'tokens') return answer.tokens;
    if (answer.kind === 'refused' && (await superseded(vault, request, held))) return undefined;
    if (repeatsLeft[answer.kind] === 0) return giveUp(vault, request, held, answer);
    repeatsLeft[answer.kind] -= 1;
    if (request.timeLeft() - settle < shortestRepeat) {
      return standDown(vault, request, held, answer.kind === 'refused' ? tooLate() : answer.error);
    }
    await vault.sleep(settle);
  }
}

interface Failure {
  /** `lost`: the provider may have acted, and only the same refresh token again can tell. */
  readonly kind: 'refused' | 'lost' | 'failed';
  readonly error: unknown;
}

type Answer = { readonly kind: 'tokens'; readonly tokens: TokenSet } | Failure;

async function askOnce(
  vault: Vault,
  request: TokenRequest,
  { redirectUri }: HeldRecord,
  provider: Provider,
  refreshToken: string,
): Promise<Answer> {
  const refreshGrant = capability(provider, 'refresh');
  const signal = vault.timeLimit(request.timeLeft() - writeReserve);
  try {
    return { kind: 'tokens', tokens: await refreshGrant({ refreshToken, redirectUri, signal }) };
  } catch (error) {
    if (isForgebridgeError(error, 'ReconnectRequired')) return { kind: 'refused', error };
    if (isForgebridgeError(error, 'ProviderTimeout', 'ProviderProtocol')) {
      return { kind: 'lost', error };
    }
    return { kind: 'failed', error };
  }
}

/** True when this refresh has been overtaken: its refusal then says nothing about the connection. */
async function superseded(vault: Vault, request: TokenRequest, held: HeldRecord): Promise<boolean> {
  const current = await persist(vault, request.timeLeft, () => vault.store.read(held));
  return current?.status !== 'active' || !sameGeneration(current, held);
}

async function giveUp(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
  { kind, error }: Failure,
): Promise<undefined> {
  if (kind !== 'refused') return standDown(vault, request, held, error);
  // Refused twice, with nothing newer in sight: the refresh token is dead.
  const marked = await breakConnection(vault, request, held, 'invalid_grant');
  if (marked) throw reconnectRequired('invalid_grant');
}

/** Gives the lease back, and sees to it that the provider is left alone for a while. */
async function standDown(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
  error: unknown,
): Promise<never> {
  const details = isForgebridgeError(error) ? error.details : {};
  const asked = Math.min((details.retryAfter ?? 0) * 1_000, longestCooldown);
  const wait = Math.max(cooldown, asked);
  vault.count(outcomeOf(error));
  await giveBack(vault, request, held, {
    nextTryAt: vault.now() + wait,
    inDoubt: !isForgebridgeError(error, 'RateLimited', 'ProviderUnavailable', 'Misconfigured'),
  });
  if (!isForgebridgeError(error) || !error.retryable) throw error;
  throw new ForgebridgeError(
    error.code,
    { ...details, retryAfter: Math.ceil(wait / 1_000) },
    error,
  );
}

function outcomeOf(error: unknown): Outcome {
  if (isForgebridgeError(error, 'RateLimited')) return 'rate_limited';
  if (isForgebridgeError(error, 'ProviderUnavailable')) return 'provider_unavailable';
  if (isForgebridgeError(error, 'Misconfigured')) return 'misconfigured';
  if (isForgebridgeError(error, 'RefreshInProgress')) return 'refresh_in_progress';
  return 'reply_lost';
}
