import type { TokenSet } from '../oauth/tokens.ts';
import { defined } from '../primitives/defined.ts';
import type { Place, Seal } from '../sealing/sealing.ts';
import type { Asker, Vault } from './ports.ts';
import type { ConnectionRecord, SealedTokens } from './record.ts';
import { nextCare } from './schedule.ts';
import { newVouch } from './tampering.ts';
import { opened, placeOf, type Sealing } from './vouched.ts';

/**
 * Seals what the provider handed out as the generation `of.gen`, together with what must not be changed
 * beside it. Needs no I/O: the key is in `seal`, and `write` names the write that will store it.
 */
export async function sealTokens(
  seal: Seal,
  of: Sealing,
  tokens: TokenSet,
  { now, write }: { readonly now: number; readonly write: string },
): Promise<SealedTokens> {
  const { accessToken, refreshToken, scopes, expiresAt, refreshExpiresAt } = tokens;
  const { partition, id, grant, gen, provider, account, redirectUri } = of;
  const brought = {
    gen,
    ...defined({ scopes: scopes && [...scopes] }),
    issuedAt: now,
    ...defined({ expiresAt, refreshExpiresAt }),
    ...newVouch(),
  };
  const vouched = { partition, id, grant, provider, account, redirectUri, ...brought };
  const access = await seal(accessToken, placeOf(vouched, 'access'));
  const refresh =
    refreshToken === undefined ? undefined : await seal(refreshToken, placeOf(vouched, 'refresh'));
  return { ...brought, access, ...defined({ refresh }), ...nextCare(id, tokens, now), write };
}

/** Step 7: what a refresh leaves unsaid stays as it was: the refresh token (RFC 6749 section 6), the scopes. */
export function completed(
  tokens: TokenSet,
  held: ConnectionRecord,
  heldRefreshToken: string,
): TokenSet {
  const scopes = tokens.scopes ?? held.scopes;
  const kept = tokens.refreshToken === undefined ? held.refreshExpiresAt : undefined;
  const refreshExpiresAt = tokens.refreshExpiresAt ?? kept;
  return {
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? heldRefreshToken,
    ...defined({ expiresAt: tokens.expiresAt, refreshExpiresAt, scopes }),
  };
}

/**
 * The only way to a sealed token: whoever opens one is written down.
 *
 * @throws ForgebridgeError `Misconfigured`, and counts it, for a record that was tampered with.
 */
export async function openToken(
  vault: Pick<Vault, 'opener' | 'audit' | 'count'>,
  asker: Asker,
  record: ConnectionRecord,
  field: Place['field'],
): Promise<string | undefined> {
  const token = await opened(vault, record, field);
  if (token === undefined) return undefined;
  auditToken(vault, asker, record, field);
  return token;
}

/** The audit line of a token that was opened, or came fresh from the provider. */
export function auditToken(
  vault: Pick<Vault, 'audit'>,
  { caller, purpose }: Asker,
  record: ConnectionRecord,
  token: Place['field'],
): void {
  const { id: connection, provider, gen: generation } = record;
  vault.audit({ connection, provider, caller, purpose, generation, token });
}
