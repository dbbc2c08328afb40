import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import { subjectDigest } from '../storage/keys.ts';
import type { Item, Key, Table } from '../storage/table.ts';
import { randomSecret, secretHash } from './cookies.ts';

/** Seconds. A link is opened by a redirect, at once. */
const linkLife = 120;
export const preSessionLife = 3600;
/** Sign-ins that one browser can have under way at once, one for each tab. */
const tabs = 4;

/**
 * A sign-in begins in the browser: it gets a secret of its own for each redirect to the product's
 * login, in a cookie that holds the newest few. The product is told the secret's hash, the request.
 *
 * @param before - the cookie as it was, if there was one.
 */
export function beginSignIn(before: string | undefined): {
  readonly request: string;
  readonly cookie: string;
} {
  const secret = randomSecret();
  const cookie = [secret, ...(before?.split('.') ?? [])].slice(0, tabs).join('.');
  return { request: secretHash(secret), cookie };
}

/** Who the browser behind `request` is, in the product's words. */
export interface SignIn {
  readonly request: string;
  /** Of the subject. */
  readonly partition: string;
  /** Name or mail address of the person, shown to them. */
  readonly label?: string;
  readonly returnTo: string;
  readonly now: number;
}

/** A request and a secret, each 256 bits in base64url. */
const codeForm = /^[\w-]{43}\.[\w-]{43}$/;

const linkSchema = z.object({
  v: z.literal(1),
  partition: z.string(),
  label: z.exactOptional(z.string()),
  returnTo: z.string(),
});

/** One record for each request, whatever becomes of it: so a request is answered once. */
function linkKey(request: string): Key {
  return { pk: `LINK#${secretHash(request)}`, sk: 'LINK' };
}

/**
 * Makes the link that starts the session. Its code names the request and holds a secret besides.
 *
 * @throws ForgebridgeError `StateMismatch` when this request was answered before.
 */
export async function createLink(
  table: Table,
  { request, partition, label, returnTo, now }: SignIn,
): Promise<{ code: string; expiresAt: number }> {
  const secret = randomSecret();
  const expiresAt = now + linkLife * 1000;
  const made = await table.put(
    {
      ...linkKey(request),
      v: 1,
      secretHash: secretHash(secret),
      partition,
      ...defined({ label }),
      returnTo,
      expiresAt,
      // By which those of one subject are found.
      dueShard: linkShard(partition),
      dueAt: expiresAt,
      // Kept for as long as the browser keeps its half, opened or not.
      ttl: Math.ceil(now / 1000) + preSessionLife,
    },
    // Whoever has seen a request on its way can no longer answer it in the user's place.
    { expression: 'attribute_not_exists(pk)' },
  );
  if (!made) {
    throw new ForgebridgeError('StateMismatch', {
      reason: 'request_answered',
      remedy: 'Send the browser to forgebridge again; it comes back with a new request.',
    });
  }
  return { code: `${request}.${secret}`, expiresAt };
}

/** Links stand under what a browser knows, not under their subject: the index `due` names those of one. */
function linkShard(partition: string): string {
  return `links ${subjectDigest(partition)}`;
}

/** Deletes the links of one subject. The index lags by moments: one just made may be missing. */
export async function endLinks(table: Table, partition: string): Promise<number> {
  const index = { name: 'due', pk: 'dueShard', sk: 'dueAt', consistent: false };
  let ended = 0;
  let start: Item | undefined;
  do {
    const query = { pk: linkShard(partition), index, limit: 100, ...defined({ start }) };
    const page = await table.query(query);
    const keys = page.items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    await Promise.all(keys.map((key) => table.delete(key)));
    ended += keys.length;
    start = page.next;
  } while (start !== undefined);
  return ended;
}

/**
 * Opens a link: once, and only in the browser that asked for it.
 *
 * @param cookie - what {@link beginSignIn} gave this browser.
 * @returns the link, and what is left of that cookie for sign-ins in other tabs.
 * @throws ForgebridgeError `StateMismatch` for a link that is spent, late, or another browser's.
 */
export async function openLink(
  table: Table,
  { code, cookie, now }: { code: string; cookie: string | undefined; now: number },
): Promise<{ link: z.output<typeof linkSchema>; cookieLeft: string }> {
  // What cannot be a link is refused before the table is asked.
  if (!codeForm.test(code)) throw new ForgebridgeError('StateMismatch');
  const [request = '', secret = ''] = code.split('.');
  // Spent by the first who brings it, in whatever browser: a link that went astray is worth nothing.
  const item = await table.update(
    linkKey(request),
    {
      expression: 'SET openedAt = :now',
      values: { ':now': now, ':secret': secretHash(secret) },
    },
    'secretHash = :secret AND expiresAt > :now AND attribute_not_exists(openedAt)',
  );
  const halves = cookie?.split('.') ?? [];
  const others = halves.filter((half) => secretHash(half) !== request);
  if (item === undefined || others.length === halves.length) {
    throw new ForgebridgeError('StateMismatch');
  }
  return { link: linkSchema.parse(item), cookieLeft: others.join('.') };
}
