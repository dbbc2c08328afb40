import { randomUUID } from 'node:crypto';
import { persist } from '../lease/persist.ts';
import type { TokenSet } from '../oauth/tokens.ts';
import type { Provider } from '../providers/provider.ts';
import type { Seal } from '../sealing/sealing.ts';
import type { TokenRequest, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { endTokens, keepForRevocation } from './revocation.ts';
import type { HeldRecord } from './store.ts';
import { sealTokens } from './tokens.ts';

/**
 * Step 8: writes the new tokens, fenced on the generation that was consumed. Undefined when the
 * condition failed and what stands there is not this very write.
 */
export async function storeRotation(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
  seal: Seal,
  tokens: TokenSet,
): Promise<ConnectionRecord | undefined> {
  const write = randomUUID();
  const next = { ...held, gen: held.gen + 1 };
  const sealed = await sealTokens(seal, next, tokens, { now: vault.now(), write });
  const store = async () => {
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
  };
  return persist(vault, request.timeLeft, store, { inHand: true });
}

/**
 * The answer came too late to be stored: the connection was ended meanwhile, or the user has consented
 * anew. Its tokens, and no others, are ended at the provider, or kept to be ended later.
 */
export async function endOrphan(
  vault: Vault,
  request: TokenRequest,
  held: HeldRecord,
  provider: Provider,
  seal: Seal,
  tokens: TokenSet,
): Promise<void> {
  const read = () => vault.store.read(held);
  const current = await persist(vault, request.timeLeft, read, { inHand: true });
  // Of the same consent, and newer than ours: at some hosts ours are the ones before them.
  if (current?.grant === held.grant && current.status !== 'revoked') return;
  if (await endTokens(vault, request, provider, tokens)) return;
  const next = { ...held, gen: held.gen + 1 };
  const sealed = await sealTokens(seal, next, tokens, { now: vault.now(), write: randomUUID() });
  await keepForRevocation(vault, request, { ...held, ...sealed, updatedAt: vault.now() });
}
