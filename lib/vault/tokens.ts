import type { TokenSet } from '../oauth/tokens.ts';
import { defined } from '../primitives/defined.ts';
import type { Place, Seal } from '../sealing/sealing.ts';
import type { Asker, Vault } from './ports.ts';
import type { ConnectionRecord, Fence, SealedTokens } from './record.ts';
import { nextCare } from './schedule.ts';

/**
 * Seals what the provider handed out as the generation `fence.gen`. Needs no I/O: the key is in
 * `seal`, and `write` names the write that will store it.
 */
export async function sealTokens(
  seal: Seal,
  fence: Fence,
  tokens: TokenSet,
  { now, write }: { readonly now: number; readonly write: string },
): Promise<SealedTokens> {
  const { accessToken, refreshToken, scopes, expiresAt, refreshExpiresAt } = tokens;
  const access = await seal(accessToken, placeOf(fence, 'access'));
  const refresh =
    refreshToken === undefined ? undefined : await seal(refreshToken, placeOf(fence, 'refresh'));
  return {
    gen: fence.gen,
    access,
    ...defined({ refresh, scopes: scopes && [...scopes] }),
    issuedAt: now,
    ...defined({ expiresAt, refreshExpiresAt }),
    ...nextCare(fence.id, tokens, now),
    write,
  };
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

/** The only way to a sealed token: whoever opens one is written down. */
export async function openToken(
  vault: Pick<Vault, 'opener' | 'audit'>,
  asker: Asker,
  record: ConnectionRecord,
  field: Place['field'],
): Promise<string | undefined> {
  const sealed = record[field];
  if (sealed === undefined) return undefined;
  const token = await vault.opener.open(sealed, placeOf(record, field));
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

/** Where a generation's token belongs. */
export function placeOf({ partition, id, grant, gen }: Fence, field: Place['field']): Place {
  return { partition, id, grant, gen, field };
}
