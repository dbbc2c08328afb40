import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import { persist } from '../lease/persist.ts';
import { repeats, settle, writeReserve } from '../lease/timing.ts';
import type { TokenSet } from '../oauth/tokens.ts';
import { defined } from '../primitives/defined.ts';
import type { Provider } from '../providers/provider.ts';
import type { Asker, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { firstRevocation } from './schedule.ts';
import { openToken } from './tokens.ts';
import { refuseTampered } from './vouched.ts';

/** How long a provider is given to revoke, in milliseconds. */
const revocationTime = 5_000;
/** What is kept for deleting the record. */
const deletionReserve = 1_000;

type RevocationVault = Pick<
  Vault,
  'store' | 'opener' | 'providers' | 'timeLimit' | 'audit' | 'count'
>;
type RevocationRequest = Asker & { timeLeft(): number };

/**
 * Revokes a tombstone's tokens and deletes it. Only these tokens: another subject may have connected
 * the same account. False when the provider could not be asked now; the tombstone then stays.
 */
export async function finishRevocation(
  vault: RevocationVault,
  tombstone: ConnectionRecord,
  request: RevocationRequest,
): Promise<boolean> {
  try {
    refuseTampered(vault, tombstone);
    const { revoke } = await vault.providers(tombstone.provider);
    const tokens = await tokensOf(vault, tombstone, request);
    if (revoke !== undefined && !(await inUse(vault, tombstone, tokens, request))) {
      const time = Math.min(revocationTime, request.timeLeft() - deletionReserve);
      if (time <= 0) throw new ForgebridgeError('ProviderTimeout');
      await unlessNotOffered(revoke(tokens, vault.timeLimit(time)));
    }
    await vault.store.remove(tombstone);
    vault.count('revoked');
    return true;
  } catch {
    // Whatever it was, the user has left; idle care tries again.
    vault.count('revocation_pending');
    return false;
  }
}

async function tokensOf(
  vault: RevocationVault,
  record: ConnectionRecord,
  request: RevocationRequest,
): Promise<Pick<TokenSet, 'accessToken' | 'refreshToken'>> {
  const accessToken = (await openToken(vault, request, record, 'access')) ?? '';
  const refreshToken = await openToken(vault, request, record, 'refresh');
  return { accessToken, ...defined({ refreshToken }) };
}

/**
 * Whether a remnant's tokens are also those of the connection beside it: a host may hand out the same
 * token when the same user consents again.
 */
async function inUse(
  vault: RevocationVault,
  { partition, id, remnant }: ConnectionRecord,
  tokens: Pick<TokenSet, 'accessToken' | 'refreshToken'>,
  request: RevocationRequest,
): Promise<boolean> {
  const current = remnant === undefined ? undefined : await vault.store.read({ partition, id });
  if (current?.status !== 'active') return false;
  const used = await tokensOf(vault, current, request);
  return (
    used.accessToken === tokens.accessToken ||
    (used.refreshToken !== undefined && used.refreshToken === tokens.refreshToken)
  );
}

/**
 * Ends tokens that were received and are stored nowhere. False when the provider could not be asked;
 * true also where it cannot revoke, since nothing can be done about it later either.
 */
export async function endTokens(
  vault: Pick<Vault, 'timeLimit' | 'sleep' | 'count'>,
  request: { timeLeft(): number },
  provider: Provider,
  { accessToken, refreshToken }: TokenSet,
): Promise<boolean> {
  const { revoke } = provider;
  if (revoke === undefined) return true;
  for (let attempt = 0; attempt <= repeats; attempt += 1) {
    const left = Math.min(request.timeLeft() - deletionReserve, revocationTime);
    if (left < writeReserve / 5) return false;
    try {
      const tokens = { accessToken, ...defined({ refreshToken }) };
      await unlessNotOffered(revoke(tokens, vault.timeLimit(left)));
      vault.count('orphan_revoked');
      return true;
    } catch {
      await vault.sleep(settle);
    }
  }
  return false;
}

/** A host that says it has no revocation will not have it later either: as one without the call. */
async function unlessNotOffered(revocation: Promise<void>): Promise<void> {
  try {
    await revocation;
  } catch (error) {
    if (!isForgebridgeError(error, 'Unsupported')) throw error;
  }
}

/** Neither stored nor revoked: the tokens of `record` are kept beside it, sealed, for idle care to revoke. */
export async function keepForRevocation(
  vault: Pick<Vault, 'store' | 'now' | 'random' | 'sleep' | 'count'>,
  { timeLeft }: { timeLeft(): number },
  record: ConnectionRecord,
): Promise<void> {
  const keep = () => vault.store.keepRemnant(record, firstRevocation(vault.now()));
  try {
    await persist(vault, timeLeft, keep, { inHand: true });
    vault.count('revocation_pending');
  } catch {
    vault.count('orphan_left');
  }
}
