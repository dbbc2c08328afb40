import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import { patience } from '../lease/patience.ts';
import { tokenRejected, whileSettling } from '../lease/settling.ts';
import { defined } from '../primitives/defined.ts';
import type { Access, Account, Provider } from '../providers/provider.ts';
import { learning } from './account.ts';
import { assess, isNew, isRefreshable } from './assess.ts';
import { breakConnection, reconnectRequired } from './broken.ts';
import type { TokenRequest, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { refresh } from './refresh.ts';
import { clearRefusals, judgeRefusal, type Obtained } from './refusal.ts';
import { shortenLease } from './take-lease.ts';
import { auditToken, openToken } from './tokens.ts';
import { opened, refuseTampered } from './vouched.ts';

/** A valid access token and what its user must know of it. Times are epoch milliseconds. */
export interface OpenedToken {
  readonly accessToken: string;
  /** To be named as `rejectedGeneration` should the provider answer 401. */
  readonly generation: number;
  readonly expiresAt?: number;
  readonly scopes?: readonly string[];
  readonly account: Account;
  readonly provider: string;
}

/**
 * A valid access token, refreshed when it must be, by one caller at a time. While the stored token
 * is good this costs exactly one read of the table. Writes one audit line per token.
 *
 * @throws ForgebridgeError `NotFound`; `ReconnectRequired` with the reason when only a new consent
 * helps; `RefreshInProgress`, `RateLimited`, `ProviderUnavailable` or `ProviderTimeout` when trying
 * again later helps; `Misconfigured` when the operator must act, `record_refused` where a record was
 * tampered with.
 */
export async function accessToken(vault: Vault, request: TokenRequest): Promise<OpenedToken> {
  return toCaller(await obtain(vault, request));
}

/**
 * Does `use` with a valid token. A 401 to a new token is looked at again; to an older one the token is
 * replaced and `use` run once more. So it must be safe to repeat after a 401.
 *
 * @throws ForgebridgeError as {@link accessToken}, and whatever `use` raises; `ProviderUnavailable`,
 * reason `access_token_rejected`, while the host refuses a token that it has just handed out.
 */
export async function withAccess<T>(
  vault: Vault,
  request: TokenRequest,
  use: (access: Access, provider: Provider) => Promise<T>,
): Promise<T> {
  const useToken = (obtained: Obtained) =>
    use(accessOf(obtained), learning(vault, obtained.record, obtained.provider));
  const first = await obtain(vault, request);
  try {
    const settles = isNew(first.record, vault.now());
    const done = await (settles
      ? whileSettling(vault, request, () => useToken(first))
      : useToken(first));
    await clearRefusals(vault, first.record);
    return done;
  } catch (error) {
    if (!tokenRejected(error)) throw error;
  }
  const second = await obtain(vault, { ...request, rejectedGeneration: first.record.gen });
  try {
    return await whileSettling(vault, request, () => useToken(second));
  } catch (error) {
    if (!tokenRejected(error)) throw error;
    throw await judgeRefusal(vault, request, second);
  }
}

async function obtain(vault: Vault, request: TokenRequest): Promise<Obtained> {
  const pause = patience(vault, request);
  for (;;) {
    const record = await vault.store.read(request.ref);
    if (record === undefined) throw new ForgebridgeError('NotFound');
    refuseTampered(vault, record);
    const provider = await vault.providers(record.provider);
    const obtained = await followDecision(vault, request, record, provider);
    if (obtained !== undefined) return obtained;
    await pause();
  }
}

/** Undefined: somebody else refreshes, or has just done so. Look again. */
async function followDecision(
  vault: Vault,
  request: TokenRequest,
  record: ConnectionRecord,
  provider: Provider,
): Promise<Obtained | undefined> {
  const decision = assess(record, provider, request.rejectedGeneration, vault.now());
  switch (decision.action) {
    case 'hand-out':
      return handOut(vault, request, record, provider);
    case 'wait':
      return undefined;
    case 'shorten':
      await shortenLease(vault, record);
      return undefined;
    case 'refresh':
      return replace(vault, request, record, provider, decision.usable);
    case 'cool-down':
      throw new ForgebridgeError('ProviderUnavailable', {
        reason: 'cooling_down',
        retryAfter: Math.ceil(decision.wait / 1_000),
      });
    case 'verify':
      return verify(vault, request, record, provider);
    case 'expire':
      // Nothing is ended for a time that somebody has moved.
      await opened(vault, record, 'access');
      return end(vault, request, record, 'expired');
    case 'refuse':
      throw reconnectRequired(decision.reason);
  }
}

async function handOut(
  vault: Vault,
  request: TokenRequest,
  record: ConnectionRecord,
  provider: Provider,
): Promise<Obtained> {
  const token = (await openToken(vault, request, record, 'access')) ?? '';
  vault.count('handed_out');
  return { record, provider, token };
}

async function replace(
  vault: Vault,
  request: TokenRequest,
  record: ConnectionRecord,
  provider: Provider,
  usable: boolean,
): Promise<Obtained | undefined> {
  try {
    const fresh = await refresh(vault, request, record, provider);
    if (fresh === undefined) return undefined;
    auditToken(vault, request, fresh.record, 'access');
    vault.count('handed_out');
    return { ...fresh, provider };
  } catch (error) {
    if (usable && keptItsToken(error, provider)) return handOut(vault, request, record, provider);
    throw error;
  }
}

/**
 * A 401 that only one caller has seen does not end a connection: the caller may have asked the wrong
 * host. The provider is asked whose token it is.
 */
async function verify(
  vault: Vault,
  request: TokenRequest,
  record: ConnectionRecord,
  provider: Provider,
): Promise<Obtained | undefined> {
  const obtained = await handOut(vault, request, record, provider);
  try {
    const { identify } = learning(vault, record, provider);
    await whileSettling(vault, request, () => identify(obtained.token));
  } catch (error) {
    if (!tokenRejected(error)) throw error;
    if (isRefreshable(record, provider)) return replace(vault, request, record, provider, false);
    throw await judgeRefusal(vault, request, obtained);
  }
  await clearRefusals(vault, record);
  return obtained;
}

async function end(
  vault: Vault,
  request: TokenRequest,
  record: ConnectionRecord,
  reason: string,
): Promise<undefined> {
  if (await breakConnection(vault, request, record, reason)) throw reconnectRequired(reason);
}

/** True when the refresh failed, and the token before it is certainly as good as it was. */
function keptItsToken(error: unknown, { rotation }: Provider): boolean {
  if (!isForgebridgeError(error) || error.code === 'ReconnectRequired') return false;
  if (rotation === 'overlaps') return true;
  // An answer that was lost, and one that could not be stored, may both have replaced it.
  const notStored = error.details.reason?.startsWith('table_') ?? false;
  return !notStored && !isForgebridgeError(error, 'ProviderTimeout', 'ProviderProtocol');
}

function accessOf({ token, record }: Obtained): Access {
  return { token, login: record.account.login };
}

function toCaller({ record, token }: Obtained): OpenedToken {
  const { gen: generation, expiresAt, scopes, account, provider } = record;
  return {
    accessToken: token,
    generation,
    ...defined({ expiresAt, scopes }),
    account,
    provider,
  };
}
