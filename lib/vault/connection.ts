import { defined } from '../primitives/defined.ts';
import type { Account } from '../providers/provider.ts';
import { digest } from '../storage/keys.ts';
import type { Key, Table } from '../storage/table.ts';

/** Names one connection: the partition of its subject, and its own {@link connectionId}. */
export interface ConnectionRef {
  readonly partition: string;
  readonly id: string;
  /**
   * Set for the remnant of a consent, and unique to it: tokens that nobody uses any more, kept beside
   * the connection until they are revoked.
   */
  readonly remnant?: string;
}

/** A connection as callers may see it: never a token, sealed or not. Times are epoch milliseconds. */
export interface Connection {
  readonly id: string;
  readonly provider: string;
  readonly account: Account;
  /**
   * - `active`: a token can be had
   * - `reconnect_required`: only a new consent helps; `reason` says what ended the old one
   * - `revoked`: disconnected, kept only until its tokens are revoked at the provider
   * - any other: the word of another version, shown as it stands
   */
  readonly status: string;
  /** Why it is not active: the provider's `invalid_grant`, or our `expired`, `restored`, … */
  readonly reason?: string;
  /** Missing when the provider does not say. */
  readonly scopes?: readonly string[];
  /** How many times the tokens were replaced; the first ones are generation 1. */
  readonly generation: number;
  readonly connectedAt: number;
  readonly updatedAt: number;
  /** End of the access token. Missing: it does not expire. */
  readonly expiresAt?: number;
}

/** What the sort keys of connections begin with. */
export const connectionPrefix = 'CONNECTION#';
/** What the sort keys of remnants begin with. */
export const remnantPrefix = 'REVOCATION#';

/** The id of a subject's account at a provider: connecting the same account again gives the same id. */
export function connectionId(partition: string, providerId: string, accountId: string): string {
  return digest(partition, providerId, accountId);
}

export function connectionKey({ partition, id, remnant }: ConnectionRef): Key {
  const sk = remnant === undefined ? connectionPrefix + id : `${remnantPrefix}${id}#${remnant}`;
  return { pk: partition, sk };
}

/** The connection or remnant of that key, or undefined when the key belongs to a record of another form. */
export function connectionAt({ pk, sk }: Key): ConnectionRef | undefined {
  if (sk.startsWith(connectionPrefix)) {
    return { partition: pk, id: sk.slice(connectionPrefix.length) };
  }
  const [, id, remnant] = /^REVOCATION#([^#]+)#(.+)$/.exec(sk) ?? [];
  return id === undefined || remnant === undefined ? undefined : { partition: pk, id, remnant };
}

/** One page of a subject's connections; `next` is the id of the last one, when there are more. */
export async function connectionsOf(
  table: Table,
  partition: string,
  { after, limit }: { readonly after?: string; readonly limit: number },
) {
  const start = after === undefined ? undefined : { ...connectionKey({ partition, id: after }) };
  const query = { pk: partition, skPrefix: connectionPrefix, limit, ...defined({ start }) };
  const { items, next } = await table.query(query);
  const last = next && String(items.at(-1)?.sk).slice(connectionPrefix.length);
  return { items, next: last };
}
