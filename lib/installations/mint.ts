import { randomUUID } from 'node:crypto';
import { isForgebridgeError } from '../errors.ts';
import { tooLate } from '../lease/patience.ts';
import { persist } from '../lease/persist.ts';
import { functionLife, leaseEffort, longestCooldown, shortestMint } from '../lease/timing.ts';
import type { InstallationToken } from '../providers/provider.ts';
import type { Place } from '../sealing/sealing.ts';
import type { InstallationTokenRequest, InstallationVault } from './ports.ts';
import type { Minted, Seen } from './store.ts';

/** After a mint that failed for a reason that passes, milliseconds until another is begun. */
const rest = 5_000;

/** A token that others hold too. Times are epoch milliseconds. */
export interface SharedToken extends InstallationToken {
  readonly generation: number;
  readonly mintedAt: number;
}

/**
 * Mints the successor of what was `seen`: one mint per generation. Undefined when somebody else was
 * first: look again.
 *
 * The lease lasts as long as its holder can live, and the write asks for the generation, as in
 * refresh.ts. The rest is simpler, since minting consumes nothing: a lost answer is minted again.
 *
 * @throws ForgebridgeError what the host or the sealing key raises, after giving the lease back;
 * `RefreshInProgress` when too little time is left to begin.
 */
export async function mint(
  vault: InstallationVault,
  request: InstallationTokenRequest,
  seen: Seen,
): Promise<SharedToken | undefined> {
  const { timeLeft } = request;
  if (timeLeft() < shortestMint) throw tooLate();
  const lease = { id: randomUUID(), until: vault.now() + Math.min(timeLeft(), functionLife) };
  const taken = await persist(
    vault,
    timeLeft,
    () => vault.store.takeLease(seen, lease, vault.now()),
    { until: Math.max(shortestMint, timeLeft() - leaseEffort) },
  );
  if (!taken) return undefined;
  try {
    const seal = await vault.sealer.ready();
    const { token, ...answer } = await mintAtHost(request);
    vault.count('installation_token_minted');
    const next = { ...seen, gen: seen.gen + 1 };
    const known = { ...answer, mintedAt: vault.now() };
    const minted = { ...known, token: await seal(token, placeOf(next, known)) };
    // Where something newer stands it is not stored, and is as good as that all the same.
    await persist(vault, timeLeft, () => vault.store.storeToken(seen, minted), {
      inHand: true,
    });
    return { ...minted, token, generation: next.gen };
  } catch (error) {
    const nextTryAt = vault.now() + restAfter(error);
    await persist(vault, timeLeft, () => vault.store.release(seen, lease.id, nextTryAt));
    throw error;
  }
}

/** When the answer was lost, once more, if there is time. */
async function mintAtHost(request: InstallationTokenRequest): Promise<InstallationToken> {
  try {
    return await request.mint();
  } catch (error) {
    const lost = isForgebridgeError(error, 'ProviderTimeout');
    if (!lost || request.timeLeft() < shortestMint) throw error;
    return request.mint();
  }
}

/** A host in trouble is left alone for a while; what only its caller did wrong stops nobody. */
function restAfter(error: unknown): number {
  if (!isForgebridgeError(error) || !error.retryable) return 0;
  return Math.min(Math.max(rest, (error.details.retryAfter ?? 0) * 1_000), longestCooldown);
}

/**
 * The stored token. Undefined when it is sealed with a key that was taken out of use: such a token
 * need not be saved, another one is minted.
 */
export async function openMinted(
  vault: Pick<InstallationVault, 'opener'>,
  seen: Seen,
  { token: sealed, ...known }: Minted,
): Promise<SharedToken | undefined> {
  try {
    const token = await vault.opener.open(sealed, placeOf(seen, known));
    return { ...known, token, generation: seen.gen };
  } catch (error) {
    if (isForgebridgeError(error) && error.details.reason === 'unknown_sealing_key') {
      return undefined;
    }
    throw error;
  }
}

/** No connection stands in such a partition, so that no token of one opens as one of the other. */
function placeOf(
  { pk, sk, gen }: Seen,
  { expiresAt, mintedAt }: Pick<Minted, 'expiresAt' | 'mintedAt'>,
): Place {
  const vouched = [expiresAt, mintedAt];
  return { partition: pk, id: sk, grant: 'installation', gen, field: 'access', vouched };
}
