import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import { digestLength, subjectPartition } from '../storage/keys.ts';
import type { Key, Table } from '../storage/table.ts';
import { randomSecret, secretHash } from './cookies.ts';

/** Seconds. A link is opened by a redirect, at once; a session is a working day. */
const linkLife = 120;
export const sessionLife = 8 * 3600;
export const preSessionLife = 3600;

export interface Session {
  /** Hash of the cookie; the flows of this browser are bound to it. */
  readonly id: string;
  readonly partition: string;
}

const linkSchema = z.object({
  v: z.literal(1),
  partition: z.string(),
  returnTo: z.string(),
  expiresAt: z.number(),
});
const sessionSchema = z.object({ v: z.literal(1), pk: z.string(), expiresAt: z.number() });

function linkKey(code: string): Key {
  const pk = `LINK#${secretHash(code)}`;
  return { pk, sk: 'LINK' };
}

/**
 * A session's cookie is its subject's digest and a secret: so the session lies in the subject's own
 * partition, where erasing the subject finds it.
 */
function sessionKey(cookie: string): Key {
  return { pk: `SUBJECT#${cookie.slice(0, digestLength)}`, sk: `SESSION#${secretHash(cookie)}` };
}

/**
 * The name a browser without a session goes by: the hash of its pre-session cookie. It can be shown
 * in a URL, since a session only ever starts where the cookie itself is.
 */
export function requestName(preSession: string): string {
  return secretHash(preSession);
}

/** Says, in the product's name, who the browser behind `request` is. Answers the link's code. */
export async function createLink(
  table: Table,
  link: { request: string; subject: string; returnTo: string; now: number },
): Promise<{ code: string; expiresAt: number }> {
  const code = randomSecret();
  const expiresAt = link.now + linkLife * 1000;
  await table.put({
    ...linkKey(code),
    v: 1,
    request: link.request,
    partition: subjectPartition(link.subject),
    returnTo: link.returnTo,
    expiresAt,
    ttl: Math.ceil(expiresAt / 1000),
  });
  return { code, expiresAt };
}

/**
 * Starts the session a link was made for: once, and only in the browser that asked for it.
 *
 * @throws ForgebridgeError `StateMismatch` for a link that is spent, late, or another browser's.
 */
export async function openLink(
  table: Table,
  { code, preSession, now }: { code: string; preSession: string | undefined; now: number },
): Promise<{ cookie: string; returnTo: string }> {
  if (preSession === undefined) throw new ForgebridgeError('StateMismatch');
  // Deleted only together with the proof: the cookie whose hash the product was given. A second
  // opening, another browser and a late one all fail here, and the link of the right one survives.
  const link = await table.delete(linkKey(code), {
    expression: '#request = :request AND expiresAt > :now',
    names: { '#request': 'request' },
    values: { ':request': requestName(preSession), ':now': now },
  });
  if (link === undefined) throw new ForgebridgeError('StateMismatch');
  const { partition, returnTo } = linkSchema.parse(link);
  return { cookie: await startSession(table, partition, now), returnTo };
}

async function startSession(table: Table, partition: string, now: number): Promise<string> {
  const cookie = partition.slice('SUBJECT#'.length) + randomSecret();
  const expiresAt = now + sessionLife * 1000;
  await table.put({
    ...sessionKey(cookie),
    v: 1,
    expiresAt,
    ttl: Math.ceil(expiresAt / 1000),
  });
  return cookie;
}

/** The session of a cookie, or undefined when it has none that is still good. */
export async function findSession(
  table: Table,
  cookie: string | undefined,
  now: number,
): Promise<Session | undefined> {
  if (cookie === undefined) return undefined;
  const item = await table.get(sessionKey(cookie));
  if (item === undefined) return undefined;
  const { pk, expiresAt } = sessionSchema.parse(item);
  return expiresAt > now ? { id: secretHash(cookie), partition: pk } : undefined;
}

export async function endSession(table: Table, cookie: string): Promise<void> {
  await table.delete(sessionKey(cookie));
}
