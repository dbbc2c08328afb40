import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { Item } from '../storage/table.ts';
import { type Connection, type ConnectionRef, connectionAt } from './connection.ts';
import { tampering } from './tampering.ts';

/** Version of the record form below; a record of another version is refused, never guessed at. */
export const recordVersion = 1;

const accountSchema = z.object({
  id: z.string(),
  login: z.string(),
  name: z.exactOptional(z.string()),
});

const recordSchema = z.object({
  provider: z.string(),
  account: accountSchema,
  /** Two versions run side by side while one is deployed: a word of the other is shown, never acted upon. */
  status: z.string(),
  reason: z.exactOptional(z.string()),
  /** Random, new with every consent: tells a connection from its predecessor of the same key. */
  grant: z.string(),
  /** Generation: 1 at first, one more with every replacement of the tokens. */
  gen: z.int().check(z.positive()),
  /** Sealed access and refresh token. */
  access: z.string(),
  refresh: z.exactOptional(z.string()),
  /** There while the connection is active, and the hash of it that the tokens are sealed with. */
  vouch: z.exactOptional(z.string()),
  vouchHash: z.exactOptional(z.string()),
  /** Of the authorization; some hosts want it again with a refresh. */
  redirectUri: z.string(),
  scopes: z.exactOptional(z.array(z.string())),
  connectedAt: z.number(),
  /** When this generation's tokens came. */
  issuedAt: z.number(),
  updatedAt: z.number(),
  expiresAt: z.exactOptional(z.number()),
  refreshExpiresAt: z.exactOptional(z.number()),
  /** Random id of the write that stored this generation, by which its writer knows it again. */
  write: z.string(),
  /** Who refreshes, and until when it can. An expired one was left by a refresh without a known end. */
  leaseId: z.exactOptional(z.string()),
  leaseUntil: z.exactOptional(z.number()),
  /** Set when the last refresh failed: no other before this time. */
  nextTryAt: z.exactOptional(z.number()),
  /** How often a token that cannot be refreshed was refused, minutes apart, and when last. */
  refusals: z.exactOptional(z.int()),
  refusedAt: z.exactOptional(z.number()),
  /** Place in the index of idle care; missing when there is nothing to care for. */
  dueShard: z.exactOptional(z.string()),
  dueAt: z.exactOptional(z.number()),
});

type Attributes = Readonly<z.output<typeof recordSchema>>;

/** One connection as stored, beside the parts of its key. Times are epoch milliseconds. */
export interface ConnectionRecord extends Attributes, ConnectionRef {}

/** Exactly one generation of one consent: what a change was decided on, and must still find. */
export type Fence = ConnectionRef & Pick<Attributes, 'grant' | 'gen'>;

const shownSchema = z.pick(recordSchema, {
  provider: true,
  account: true,
  status: true,
  reason: true,
  grant: true,
  gen: true,
  scopes: true,
  connectedAt: true,
  updatedAt: true,
  expiresAt: true,
});

/** What a shown record is checked by, as far as the version that wrote it has it. */
const checkedSchema = z.partial(
  z.pick(recordSchema, { access: true, vouch: true, vouchHash: true }),
);

const keySchema = z.object({ pk: z.string(), sk: z.string() });

/**
 * The record of an item.
 *
 * @throws ForgebridgeError `Misconfigured`: `unknown_record_version` for a record that a newer (or
 * broken) deployment wrote, `malformed_record` for one that is none of ours.
 */
export function parseRecord(item: Item): ConnectionRecord {
  if (item.v !== recordVersion) {
    throw new ForgebridgeError('Misconfigured', { reason: 'unknown_record_version' });
  }
  const key = keySchema.safeParse(item);
  const ref = key.success ? connectionAt(key.data) : undefined;
  const record = recordSchema.safeParse(item);
  if (ref === undefined || !record.success) {
    throw new ForgebridgeError('Misconfigured', { reason: 'malformed_record' });
  }
  return { ...record.data, ...ref };
}

/** True when both are the same generation of the same consent. */
export function sameGeneration(one: Fence, other: Fence): boolean {
  return one.gen === other.gen && one.grant === other.grant;
}

/** What a list has to say of one item: what may be shown of it, or that it was tampered with. */
export interface Listed {
  readonly connection?: Connection;
  readonly refused?: { readonly connection: string; readonly reason: string };
}

/**
 * What may be shown of an item of a list, whatever version wrote it: one record must not lose the list.
 * Nothing for one that says too little.
 */
export function listItem(item: Item): Listed {
  const key = keySchema.safeParse(item);
  const ref = key.success ? connectionAt(key.data) : undefined;
  const shown = shownSchema.safeParse(item);
  const checked = checkedSchema.safeParse(item);
  if (ref === undefined || !shown.success || !checked.success) return {};
  const record = { ...shown.data, ...ref };
  const reason = tampering({ ...record, ...checked.data });
  if (reason !== undefined) return { refused: { connection: ref.id, reason } };
  return { connection: describe(record) };
}

type Shown = Omit<z.output<typeof shownSchema>, 'grant'> & Pick<ConnectionRecord, 'id'>;

/** What callers may see of a record. */
export function describe(record: Shown): Connection {
  const { id, provider, account, status, gen, connectedAt, updatedAt } = record;
  const { reason, scopes, expiresAt } = record;
  return {
    id,
    provider,
    account,
    status,
    ...defined({ reason, scopes }),
    generation: gen,
    connectedAt,
    updatedAt,
    ...defined({ expiresAt }),
  };
}

/** The attributes that one generation of tokens brings, sealed for `gen`. */
export type SealedTokens = Pick<
  ConnectionRecord,
  | 'gen'
  | 'access'
  | 'refresh'
  | 'scopes'
  | 'issuedAt'
  | 'expiresAt'
  | 'refreshExpiresAt'
  | 'dueShard'
  | 'dueAt'
  | 'write'
  | 'vouch'
  | 'vouchHash'
>;

/** The same tokens under another key: what of a record changes, and what must still be as it was. */
export type Resealed = Pick<SealedTokens, 'access' | 'refresh' | 'vouch' | 'vouchHash'>;
