import { randomUUID } from 'node:crypto';
import { vouchesForAll } from '../sealing/form.ts';
import { digest } from '../storage/keys.ts';
import { type ConnectionRef, connectionId } from './connection.ts';

/*
 * Whoever can write to the table cannot make a record say what its tokens were not sealed for.
 *
 * - The id is the digest of partition, provider and account, and the seal vouches for the id.
 * - The seal vouches for what came with the tokens: provider, account, redirect URI, scopes, times.
 * - The seal vouches for `vouchHash`, and an active record shows what that is the hash of. Whoever ends
 *   the connection takes it away and needs no key for that; nobody can make it again from what is left.
 *
 * What only takes authority away, or says when to look again, is vouched for by nobody.
 */

/** What of a record is looked at: all that there is of these. */
export interface Standing extends ConnectionRef {
  readonly provider: string;
  readonly account: { readonly id: string };
  readonly grant: string;
  readonly status: string;
  readonly access?: string | undefined;
  readonly vouch?: string | undefined;
  readonly vouchHash?: string | undefined;
}

/** Whose tokens are that nobody was told of. */
export const nobody = { id: 'unknown', login: 'unknown' } as const;

/** What makes a record active, and the hash of it that its tokens are sealed with. */
export function newVouch(): { readonly vouch: string; readonly vouchHash: string } {
  const vouch = randomUUID();
  return { vouch, vouchHash: digest(vouch) };
}

/**
 * What is wrong with a record, as far as it can be told without a key: `renamed` when it is not the
 * connection of its own provider and account, `revived` when something has made it active that may not.
 */
export function tampering(record: Standing): 'renamed' | 'revived' | undefined {
  const { partition, id, provider, account, status, access, vouch, vouchHash } = record;
  const isNamed = id === connectionId(partition, provider, account.id) || isNobodys(record);
  if (!isNamed) return 'renamed';
  // The form before says nothing of it; nor is there a way to that form for one who has no token.
  if (status !== 'active' || access === undefined || !vouchesForAll(access)) return undefined;
  return vouch === undefined || digest(vouch) !== vouchHash ? 'revived' : undefined;
}

/** The remnant of a callback that did not learn whose its tokens are. */
function isNobodys({ remnant, account, id, grant }: Standing): boolean {
  return remnant !== undefined && account.id === nobody.id && id === digest(grant);
}
