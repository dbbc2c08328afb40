import { ForgebridgeError } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import type { Seal } from '../sealing/sealing.ts';
import { askForTokens } from './ask-provider.ts';
import type { TokenRequest, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import type { HeldRecord } from './store.ts';
import { endOrphan, storeRotation } from './store-rotation.ts';
import { giveBack, takeLease } from './take-lease.ts';
import { completed, openToken } from './tokens.ts';

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
  // 1. Look: `seen` was read and found wanting (access.ts, assess.ts).

  // 2. Time enough, and 3. the lease.
  const held = await takeLease(vault, request, seen);
  if (held === undefined) return undefined;

  // 4. All that the write will need, in memory.
  const { refreshToken, seal } = await prepare(vault, request, held);

  // 5. The provider's answer, or 6. what its silence or refusal means.
  const tokens = await askForTokens(vault, request, held, provider, refreshToken);
  if (tokens === undefined) return undefined;

  // 7. What the answer leaves unsaid stays as it was.
  const whole = completed(tokens, held, refreshToken);

  // 8. The write, fenced on the generation that was consumed.
  const record = await storeRotation(vault, request, held, seal, whole);
  if (record !== undefined) return { record, token: whole.accessToken };
  await endOrphan(vault, request, held, provider, seal, whole);
  return undefined;
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
