import { randomUUID } from 'node:crypto';
import { persist } from '../lease/persist.ts';
import { repeats, settle, writeReserve } from '../lease/timing.ts';
import type { TokenSet } from '../oauth/tokens.ts';
import { defined } from '../primitives/defined.ts';
import type { Provider } from '../providers/provider.ts';
import type { Seal } from '../sealing/sealing.ts';
import type { TokenRequest, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
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
export async function endOrphan(
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
