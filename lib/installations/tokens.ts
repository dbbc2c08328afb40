import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import { leaseState, restLeft } from '../lease/lease.ts';
import { patience } from '../lease/patience.ts';
import { tokenRejected, whileSettling } from '../lease/settling.ts';
import { askAgain, clockSkew, settling } from '../lease/timing.ts';
import { mint, openMinted, type SharedToken } from './mint.ts';
import type { InstallationTokenRequest, InstallationVault } from './ports.ts';
import { type Minted, type Seen, tokenKey } from './store.ts';

/** A token is renewed when less than this is left of it, in milliseconds, or a fifth of its life. */
const renewAhead = 600_000;
const renewShare = 0.2;

/**
 * The token of an installation for exactly this scope: minted by one caller, sealed, and handed to
 * all until it is renewed ahead of its end. While it is good this costs one read of the table. Writes
 * one audit line.
 *
 * @throws ForgebridgeError `RefreshInProgress` when somebody else's mint took too long;
 * `ProviderUnavailable`, reason `cooling_down`, just after one that failed; and what `mint` raises.
 */
export async function installationToken(
  vault: InstallationVault,
  request: InstallationTokenRequest,
): Promise<SharedToken> {
  const key = tokenKey(request.provider, request.installationId, request.scope);
  const pause = patience(vault, request);
  for (;;) {
    const seen = (await vault.store.read(key)) ?? { ...key, gen: 0 };
    const token = await findOrMint(vault, request, seen);
    if (token !== undefined) {
      const { provider, installationId: installation, caller, purpose } = request;
      vault.audit({ provider, installation, caller, purpose, generation: token.generation });
      return token;
    }
    await pause();
  }
}

/**
 * Does `use` with the installation's token. A 401 or 403 with a token that was minted a moment ago is
 * waited out; an older token is replaced after a 401. So `use` must be safe to repeat after both.
 *
 * @throws ForgebridgeError as {@link installationToken}, and whatever `use` raises; a new token that
 * stays refused is `ProviderUnavailable`, reason `installation_token_rejected`.
 */
export async function withInstallation<T>(
  vault: InstallationVault,
  request: InstallationTokenRequest,
  use: (token: string) => Promise<T>,
): Promise<T> {
  const held = await installationToken(vault, request);
  if (Math.abs(vault.now() - held.mintedAt) < settling) {
    return useNew(vault, request, held, use);
  }
  try {
    return await use(held.token);
  } catch (error) {
    if (!tokenRejected(error)) throw error;
  }
  const rejectedGeneration = held.generation;
  const renewed = await installationToken(vault, { ...request, rejectedGeneration });
  return useNew(vault, request, renewed, use);
}

async function useNew<T>(
  vault: InstallationVault,
  request: InstallationTokenRequest,
  { token }: SharedToken,
  use: (token: string) => Promise<T>,
): Promise<T> {
  try {
    return await whileSettling(vault, request, () => use(token), mayBeUnknown);
  } catch (error) {
    if (!tokenRejected(error)) throw error;
    const details = { reason: 'installation_token_rejected', retryAfter: askAgain };
    throw new ForgebridgeError('ProviderUnavailable', details, error);
  }
}

/** An app's new token is met with 403 too, where a replica does not know of it yet. */
function mayBeUnknown(error: unknown): boolean {
  return tokenRejected(error) || isForgebridgeError(error, 'Forbidden');
}

/** Undefined: somebody else mints, or has just done so. Look again. */
async function findOrMint(
  vault: InstallationVault,
  request: InstallationTokenRequest,
  seen: Seen,
): Promise<SharedToken | undefined> {
  const now = vault.now();
  const usable = usableToken(seen, request.rejectedGeneration, now);
  if (usable !== undefined && !isDue(usable, now)) {
    const opened = await openMinted(vault, seen, usable);
    if (opened !== undefined) return opened;
  }
  const minting = leaseState(seen.leaseUntil, now) === 'held';
  const coolDown = restLeft(seen.nextTryAt, now);
  if (!minting && coolDown <= 0) return renew(vault, request, seen, usable);

  const opened = usable && (await openMinted(vault, seen, usable));
  if (opened !== undefined || minting) return opened;
  throw new ForgebridgeError('ProviderUnavailable', {
    reason: 'cooling_down',
    retryAfter: Math.ceil(coolDown / 1_000),
  });
}

function usableToken(
  { gen, minted }: Seen,
  rejectedGeneration: number | undefined,
  now: number,
): Minted | undefined {
  if (minted === undefined || rejectedGeneration === gen) return undefined;
  return minted.expiresAt - now > clockSkew ? minted : undefined;
}

function isDue({ expiresAt, mintedAt }: Minted, now: number): boolean {
  const ahead = Math.min(renewAhead, renewShare * (expiresAt - mintedAt));
  return expiresAt - now <= ahead;
}

/** A renewal that fails for a reason that passes leaves the token before it as good as it was. */
async function renew(
  vault: InstallationVault,
  request: InstallationTokenRequest,
  seen: Seen,
  usable: Minted | undefined,
): Promise<SharedToken | undefined> {
  try {
    return await mint(vault, request, seen);
  } catch (error) {
    const passes = isForgebridgeError(error) && error.retryable;
    const opened = passes && usable ? await openMinted(vault, seen, usable) : undefined;
    if (opened === undefined) throw error;
    return opened;
  }
}
