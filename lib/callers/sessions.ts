import * as z from 'zod/mini';
import { defined } from '../primitives/defined.ts';
import { digestLength, subjectDigest } from '../storage/keys.ts';
import type { Item, Key, Table } from '../storage/table.ts';
import { randomSecret, secretHash } from './cookies.ts';

/** Seconds: a working day. */
export const sessionLife = 8 * 3600;

export interface Session {
  /** Hash of the cookie; the flows of this browser are bound to it. */
  readonly id: string;
  /** Of the subject. */
  readonly partition: string;
  /** What the product calls the person; missing where it does not say. */
  readonly label?: string;
}

const sessionSchema = z.object({
  v: z.literal(1),
  label: z.exactOptional(z.string()),
  expiresAt: z.number(),
});

/** The sessions of one subject, apart from its other records: few functions may write here. */
function sessionPartition(subjectDigest: string): string {
  return `SESSION#${subjectDigest}`;
}

/** A digest and 256 bits, base64url. */
const cookieForm = new RegExp(`^[\\w-]{${digestLength + 43}}$`);

/** A session's cookie is its subject's digest and a secret: one read finds it. */
function sessionKey(cookie: string): Key {
  return {
    pk: sessionPartition(cookie.slice(0, digestLength)),
    sk: `SESSION#${secretHash(cookie)}`,
  };
}

/** Starts a session and answers its cookie. */
export async function startSession(
  table: Table,
  { partition, label }: Pick<Session, 'partition' | 'label'>,
  now: number,
): Promise<string> {
  const cookie = subjectDigest(partition) + randomSecret();
  const expiresAt = now + sessionLife * 1000;
  await table.put({
    ...sessionKey(cookie),
    v: 1,
    ...defined({ label }),
    expiresAt,
    ttl: Math.ceil(expiresAt / 1000),
  });
  return cookie;
}

/** The session of a cookie, or undefined when it has none that is still good. */
export async function findSession(
  table: Pick<Table, 'get'>,
  cookie: string | undefined,
  now: number,
): Promise<Session | undefined> {
  if (cookie === undefined || !cookieForm.test(cookie)) return undefined;
  const item = await table.get(sessionKey(cookie));
  if (item === undefined) return undefined;
  const { label, expiresAt } = sessionSchema.parse(item);
  const partition = `SUBJECT#${cookie.slice(0, digestLength)}`;
  return expiresAt > now ? { id: secretHash(cookie), partition, ...defined({ label }) } : undefined;
}

/** Whose session that was, by its cookie alone: a word of the browser's, good for no access. */
export function partitionOfCookie(cookie: string | undefined): string | undefined {
  return cookie === undefined ? undefined : `SUBJECT#${cookie.slice(0, digestLength)}`;
}

export async function endSession(table: Table, cookie: string): Promise<void> {
  await table.delete(sessionKey(cookie));
}

/** Ends every session of one subject, in whatever browser. Answers how many there were. */
export async function endSessions(table: Table, partition: string): Promise<number> {
  const pk = sessionPartition(subjectDigest(partition));
  let ended = 0;
  let start: Item | undefined;
  do {
    const page = await table.query({ pk, limit: 100, ...defined({ start }) });
    await Promise.all(page.items.map(({ sk }) => table.delete({ pk, sk: String(sk) })));
    ended += page.items.length;
    start = page.next;
  } while (start !== undefined);
  return ended;
}
