import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import { digest } from '../storage/keys.ts';
import type { Item, Key, Table } from '../storage/table.ts';
import { secretHash } from './cookies.ts';

/** Seconds. */
export const draftLife = 3600;
/** Bytes of a draft's fields, as JSON. */
const maxBytes = 64 * 1024;
/** Drafts of one browser that are looked through for the newest. */
const looked = 20;

/** What somebody had typed when they had to leave the page. */
export interface Draft {
  /** Path of ours that the form stands at. */
  readonly place: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly savedAt: number;
}

/** Whose browser it is, as far as it shows. */
export interface Writer {
  /** The browser's own secret, which no other has. */
  readonly cookie: string;
  /** Partition of the person; missing when it is not known who typed. */
  readonly partition?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const recordSchema = z.object({
  v: z.literal(1),
  sealed: z.string(),
  savedAt: z.number(),
  expiresAt: z.number(),
});
const contentSchema = z.object({
  place: z.string(),
  partition: z.exactOptional(z.string()),
  fields: z.record(z.string(), z.string()),
});

function draftPartition(cookie: string): string {
  return `DRAFT#${secretHash(cookie)}`;
}

/** One draft for each place: the same page in two tabs is the same form. */
function draftKey(cookie: string, place: string): Key {
  return { pk: draftPartition(cookie), sk: `DRAFT#${digest(place)}` };
}

/**
 * Keeps what was typed at `place`, in place of what was kept there before. It is sealed with a key
 * that only the browser's cookie gives: who reads the table reads none of it.
 *
 * @throws ForgebridgeError `PayloadTooLarge` for more than 64 KiB.
 */
export async function saveDraft(
  table: Table,
  { cookie, partition, now }: Writer,
  { place, fields }: Pick<Draft, 'place' | 'fields'>,
): Promise<void> {
  const content = JSON.stringify({ place, ...defined({ partition }), fields });
  if (Buffer.byteLength(content) > maxBytes) throw new ForgebridgeError('PayloadTooLarge');
  const key = draftKey(cookie, place);
  const expiresAt = now + draftLife * 1000;
  await table.put({
    ...key,
    v: 1,
    sealed: seal(content, cookie, key.sk),
    savedAt: now,
    expiresAt,
    ttl: Math.ceil(expiresAt / 1000),
  });
}

/** What this browser's person typed at `place` within the hour, or undefined. */
export async function readDraft(
  table: Table,
  reader: Writer,
  place: string,
): Promise<Draft | undefined> {
  const key = draftKey(reader.cookie, place);
  const item = await table.get(key);
  return item === undefined ? undefined : opened(item, key.sk, reader);
}

/** The newest draft of this browser and person, or undefined. */
export async function latestDraft(table: Table, reader: Writer): Promise<Draft | undefined> {
  const { items } = await table.query({ pk: draftPartition(reader.cookie), limit: looked });
  return items
    .flatMap((item) => opened(item, String(item.sk), reader) ?? [])
    .toSorted((a, b) => b.savedAt - a.savedAt)[0];
}

/** Forgets what was typed at `place`: it has become what it was for. */
export async function dropDraft(table: Table, cookie: string, place: string): Promise<void> {
  await table.delete(draftKey(cookie, place));
}

function opened(item: Item, sk: string, { cookie, partition, now }: Writer): Draft | undefined {
  const { sealed, savedAt, expiresAt } = recordSchema.parse(item);
  if (expiresAt <= now) return undefined;
  const text = open(sealed, cookie, sk);
  if (text === undefined) return undefined;
  const { partition: typedBy, ...content } = contentSchema.parse(JSON.parse(text));
  // Two people can share a browser: what one typed is not shown to the other.
  const own = typedBy === undefined || typedBy === partition;
  return own ? { ...content, savedAt } : undefined;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** From the cookie itself: the table knows it only by its hash, from which no key follows (RFC 5869). */
function keyOf(cookie: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', cookie, '', 'forgebridge draft', 32));
}

function seal(text: string, cookie: string, place: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyOf(cookie), nonce).setAAD(Buffer.from(place));
  const sealed = [cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64url');
}

/** Undefined for what was not sealed with this cookie, for this place. */
function open(sealed: string, cookie: string, place: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  const body = bytes.subarray(nonceBytes, -tagBytes);
  try {
    const cipher = createDecipheriv(algorithm, keyOf(cookie), bytes.subarray(0, nonceBytes))
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([cipher.update(body), cipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
