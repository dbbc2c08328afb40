import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { type Scope, scopeNames } from '../api/scopes.ts';
import { kept } from '../primitives/kept.ts';
import type { Item, Key, Table } from '../storage/table.ts';

/** A key as it is listed: never the key itself, of which only a hash is kept. */
export interface ApiKey {
  /** First characters of the hash; what `revoke` takes. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Epoch milliseconds. */
  readonly issuedAt: number;
}

const listing = 'APIKEYS';
const format = /^fb_[A-Za-z0-9_-]{43}$/;
/** How long a revoked key can still work in a container that has just used it. */
const keptFor = 30_000;

const schema = z.object({
  v: z.literal(1),
  sk: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopeNames)),
  issuedAt: z.number(),
});

/** All keys stand in one partition under their hash: one read finds one, one query lists all. */
function keyOf(hash: string): Key {
  return { pk: listing, sk: `APIKEY#${hash}` };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function read(item: Item): ApiKey {
  const { sk, name, scopes, issuedAt } = schema.parse(item);
  return { id: sk.slice('APIKEY#'.length, 'APIKEY#'.length + 12), name, scopes, issuedAt };
}

/** Makes a key of 256 bits. The answer is the only time that `secret` is seen. */
export async function createApiKey(
  table: Table,
  key: { readonly name: string; readonly scopes: readonly Scope[]; readonly now: number },
): Promise<ApiKey & { readonly secret: string }> {
  const secret = `fb_${randomBytes(32).toString('base64url')}`;
  const item = {
    ...keyOf(hashOf(secret)),
    v: 1,
    name: key.name,
    scopes: key.scopes,
    issuedAt: key.now,
  };
  await table.put(item);
  return { ...read(item), secret };
}

export async function listApiKeys(table: Table): Promise<readonly ApiKey[]> {
  const keys: ApiKey[] = [];
  let start: Item | undefined;
  do {
    const page = await table.query({ pk: listing, limit: 100, ...(start ? { start } : {}) });
    keys.push(...page.items.map(read));
    start = page.next;
  } while (start !== undefined);
  return keys;
}

/** Ends the key of that id. Containers that have just used it may take it for 30 s more. */
export async function revokeApiKey(table: Table, id: string): Promise<boolean> {
  const page = await table.query({ pk: listing, skPrefix: `APIKEY#${id}`, limit: 2 });
  const [item, another] = page.items;
  if (item === undefined || another !== undefined) return false;
  await table.delete({ pk: listing, sk: String(item.sk) });
  return true;
}

const found = kept<ApiKey>(keptFor);

/** The key that `secret` is, or undefined. A key found is kept in memory for 30 s, a miss is not. */
export async function findApiKey(
  table: Table,
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
