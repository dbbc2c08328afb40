import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { type Scope, scopeNames } from '../api/scopes.ts';
import { kept } from '../primitives/kept.ts';
import { rfc3339 } from '../primitives/time.ts';
import type { Item, Key, Table } from '../storage/table.ts';
import type { KeyLimits } from './key-limits.ts';

/** A key as it is listed: never the key itself, of which only a hash is kept. */
export interface ApiKey {
  /** First characters of the hash; what `revoke` takes. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly limits: KeyLimits;
}

const listing = 'APIKEYS';
const format = /^fb_[A-Za-z0-9_-]{43}$/;
/** How long a revoked key can still work in a container that has just used it. */
const keptFor = 30_000;

const names = z.exactOptional(z.array(z.string()));
const schema = z.object({
  /** 2 where the key is narrowed: a version of this code that knows no limits must not take it. */
  v: z.literal([1, 2]),
  sk: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopeNames)),
  issuedAt: z.number(),
  limits: z._default(
    z.strictObject({
      expiresAt: z.exactOptional(z.number()),
      providers: names,
      subjects: names,
      installations: names,
      networks: names,
      perSecond: z.exactOptional(z.number()),
    }),
    {},
  ),
});

/**
 * Keys stand in a table of their own, in one partition, under their hash: one read finds one, one
 * query lists all.
 */
function keyOf(hash: string): Key {
  return { pk: listing, sk: `APIKEY#${hash}` };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function read(item: Item): ApiKey {
  const { sk, name, scopes, issuedAt, limits } = schema.parse(item);
  const id = sk.slice('APIKEY#'.length, 'APIKEY#'.length + 12);
  return { id, name, scopes, issuedAt, limits };
}

/** A key as it is asked for. */
export type NewApiKey = Pick<ApiKey, 'name' | 'scopes'> & {
  readonly limits?: KeyLimits;
  /** Epoch milliseconds. */
  readonly now: number;
};

/** Makes a key of 256 bits. The answer is the only time that `secret` is seen. */
export async function createApiKey(
  table: Table,
  { name, scopes, limits = {}, now }: NewApiKey,
): Promise<ApiKey & { readonly secret: string }> {
  const secret = `fb_${randomBytes(32).toString('base64url')}`;
  const item = {
    ...keyOf(hashOf(secret)),
    name,
    scopes,
    issuedAt: now,
    ...(Object.keys(limits).length === 0 ? { v: 1 } : { v: 2, limits }),
  };
  await table.put(item);
  return { ...read(item), secret };
}

export async function listApiKeys(table: Table): Promise<readonly ApiKey[]> {
  return (await keyItems(table)).map(read);
}

async function keyItems(table: Table): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await table.query({ pk: listing, limit: 100, ...(start ? { start } : {}) });
    items.push(...page.items);
    start = page.next;
  } while (start !== undefined);
  return items;
}

/**
 * Copies the keys of `from` to `to`, as they are. Those that are there already stay, so it may be
 * repeated. Answers how many were copied and how many stand in `from`.
 */
export async function copyApiKeys(
  from: Table,
  to: Table,
): Promise<{ readonly copied: number; readonly found: number }> {
  let copied = 0;
  const items = await keyItems(from);
  for (const { pk, sk, ...rest } of items) {
    const item = { ...rest, pk: String(pk), sk: String(sk) };
    // What `to` holds may have been rotated since.
    if (await to.put(item, { expression: 'attribute_not_exists(pk)' })) copied += 1;
  }
  return { copied, found: items.length };
}

/** Deletes all keys of `table`: after they have moved. Answers how many there were. */
export async function deleteApiKeys(table: Table): Promise<number> {
  const items = await keyItems(table);
  for (const { pk, sk } of items) await table.delete({ pk: String(pk), sk: String(sk) });
  return items.length;
}

/** How a rotated key is called until it ends. */
const rotatedName = (name: string, now: number) => `${name} (until rotated, ${rfc3339(now)})`;

/**
 * Another key with the name, scopes and limits of the one of that id, which ends after `overlap`
 * milliseconds. Undefined when there is no such key.
 */
export async function rotateApiKey(
  table: Table,
  { id, overlap, now }: { readonly id: string; readonly overlap: number; readonly now: number },
): Promise<(ApiKey & { readonly secret: string }) | undefined> {
  const item = await itemOf(table, id);
  if (item === undefined) return undefined;
  const old = read(item);
  const expiresAt = Math.min(now + overlap, old.limits.expiresAt ?? Number.POSITIVE_INFINITY);
  const limits = { ...old.limits, expiresAt };
  const successor = await createApiKey(table, { ...old, now });
  const { pk, sk, ...rest } = item;
  const name = rotatedName(old.name, now);
  await table.put({ ...rest, pk: String(pk), sk: String(sk), v: 2, name, limits });
  return successor;
}

/** Ends the key of that id. Containers that have just used it may take it for 30 s more. */
export async function revokeApiKey(table: Table, id: string): Promise<boolean> {
  const item = await itemOf(table, id);
  if (item === undefined) return false;
  await table.delete({ pk: listing, sk: String(item.sk) });
  return true;
}

async function itemOf(table: Table, id: string): Promise<Item | undefined> {
  const page = await table.query({ pk: listing, skPrefix: `APIKEY#${id}`, limit: 2 });
  const [item, another] = page.items;
  return another === undefined ? item : undefined;
}

const found = kept<ApiKey>(keptFor);

/** The key that `secret` is, or undefined. A key found is kept in memory for 30 s, a miss is not. */
export async function findApiKey(
  table: Pick<Table, 'get'>,
  secret: string,
  now: number,
): Promise<ApiKey | undefined> {
  if (!format.test(secret)) return undefined;
  const hash = hashOf(secret);
  const known = found.get(hash, now);
  if (known !== undefined) return known;
  const item = await table.get(keyOf(hash));
  if (item === undefined) return undefined;
  return found.set(hash, read(item), now);
}
