import { type CallerKind, type Scope, scopes } from '../api/scopes.ts';
import { config } from '../aws/configuration.ts';
import { keyTable, table } from '../aws/dynamodb.ts';
import { ForgebridgeError } from '../errors.ts';
import { subjectPartition } from '../storage/keys.ts';
import { type ApiKey, findApiKey } from './api-keys.ts';
import { attempted } from './attempts.ts';
import { readCookie, sessionCookie } from './cookies.ts';
import type { IdentityProvider } from './identity-token.ts';
import { type KeyLimits, requireAllowed, requireKeyUse } from './key-limits.ts';
import { noteKeyUse } from './key-uses.ts';
import { findSession } from './sessions.ts';

/** What a request shows of who sends it. Names of headers are in lower case. */
export interface Credentials {
  readonly method: string;
  readonly address: string;
  readonly cookies: readonly string[];
  header(name: string): string | undefined;
}

/** Who calls, for logs and audit lines; never a secret. */
export interface Caller {
  readonly name: string;
  /** Of an API key: names can be given again, this cannot. */
  readonly keyId?: string;
  /** What the key is narrowed to. */
  readonly limits?: KeyLimits;
}

/** A caller that acts for one subject: all that it can reach lies in that partition. */
export interface SubjectCaller extends Caller {
  readonly partition: string;
}

/**
 * The caller of a request on behalf of one subject: an API key with `Forgebridge-Subject`, a JWT of
 * the product's identity provider, or a browser's session.
 *
 * @throws ForgebridgeError `CallerUnauthenticated` when nobody is named, `Forbidden` when this caller
 * may not do this, `InvalidInput` without the subject's header.
 */
export async function authenticate(
  request: Credentials,
  scope: Scope,
  now: number,
): Promise<SubjectCaller> {
  const token = bearer(request);
  if (token === undefined) return sessionCaller(request, scope, now);
  if (!token.startsWith('fb_')) return identityCaller(token, scope);
  const caller = await keyCaller(request, token, scope, now);
  const subject = request.header('forgebridge-subject');
  return { ...caller, partition: partitionOf(subject, 'Forgebridge-Subject', caller.limits) };
}

/**
 * The partition of the subject that a key's caller names.
 *
 * @param limits - of the key: it may be narrowed to other subjects.
 * @throws ForgebridgeError `InvalidInput` naming `field`, where it stands; `Forbidden`.
 */
export function partitionOf(
  subject: string | undefined,
  field: string,
  limits?: KeyLimits,
): string {
  if (subject === undefined || !/^[\x21-\x7e]{1,256}$/.test(subject)) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field, problem: 'must name one user, in 1 to 256 visible ASCII characters' }],
    });
  }
  requireAllowed(limits, 'subject', subject);
  return subjectPartition(subject);
}

/** The caller of a request that concerns no single subject: only the product's backend has any. */
export async function authenticateBackend(
  request: Credentials,
  scope: Scope,
  now: number,
): Promise<Caller> {
  const token = bearer(request);
  if (token === undefined) throw new ForgebridgeError('CallerUnauthenticated');
  if (!token.startsWith('fb_'))
    throw new ForgebridgeError('Forbidden', { reason: 'needs_api_key' });
  return keyCaller(request, token, scope, now);
}

/**
 * Whether the request shows an API key, whatever its scopes. One that shows none is a stranger's.
 *
 * @throws ForgebridgeError `CallerUnauthenticated` for one that is none, and what its limits raise.
 */
export async function showsKey(request: Credentials, now: number): Promise<boolean> {
  const token = bearer(request);
  if (token?.startsWith('fb_') !== true) return false;
  await knownKey(request, token, now);
  return true;
}

function bearer(request: Credentials): string | undefined {
  const header = request.header('authorization');
  if (header === undefined) return undefined;
  const token = /^Bearer ([\x21-\x7e]{1,16384})$/i.exec(header)?.[1];
  if (token === undefined) throw new ForgebridgeError('CallerUnauthenticated');
  return token;
}

async function keyCaller(
  request: Credentials,
  secret: string,
  scope: Scope,
  now: number,
): Promise<Caller> {
  const key = await knownKey(request, secret, now);
  if (!key.scopes.includes(scope)) throw forbidden(scope);
  return { name: key.name, keyId: key.id, limits: key.limits };
}

async function knownKey(request: Credentials, secret: string, now: number): Promise<ApiKey> {
  const key = await findApiKey(attempted(keyTable(), request.address, now), secret, now);
  if (key === undefined) throw new ForgebridgeError('CallerUnauthenticated');
  requireKeyUse(key.limits, { keyId: key.id, address: request.address, now });
  await noteKeyUse(table(), key.id, now);
  return key;
}

/** The identity provider is the operator's own: it may keep its keys at another origin. */
const identityProvider: IdentityProvider = {
  fetch: (input, init) =>
    fetch(input, { signal: AbortSignal.timeout(5_000), ...init, redirect: 'error' }),
  now: Date.now,
};

async function identityCaller(token: string, scope: Scope): Promise<SubjectCaller> {
  const { oidc } = config();
  if (oidc === undefined) throw new ForgebridgeError('CallerUnauthenticated');
  // jose is loaded only where a JWT is really presented.
  const { verifyIdentityToken } = await import('./identity-token.ts');
  const identity = await verifyIdentityToken(token, oidc, identityProvider);
  const mayRead = scope !== 'tokens:read' || identity.mayReadTokens;
  if (!permits(scope, 'jwt') || !mayRead) throw forbidden(scope);
  const subject = oidc.subjectPrefix + identity.subject;
  return { name: 'jwt', partition: subjectPartition(subject) };
}

async function sessionCaller(
  request: Credentials,
  scope: Scope,
  now: number,
): Promise<SubjectCaller> {
  const cookie = readCookie(request.cookies, sessionCookie);
  const session = await findSession(attempted(table(), request.address, now), cookie, now);
  if (session === undefined) throw new ForgebridgeError('CallerUnauthenticated');
  if (!permits(scope, 'session')) throw forbidden(scope);
  requireOwnOrigin(request);
  return {
    name: 'session',
    partition: session.partition,
  };
}

function permits(scope: Scope, kind: CallerKind): boolean {
  const allowed: readonly CallerKind[] = scopes[scope];
  return allowed.includes(kind);
}

/**
 * A change that a cookie vouches for must come from our own pages: a browser says where a request
 * comes from in `Origin`, and no page can forge it.
 */
export function requireOwnOrigin(request: Credentials): void {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads && request.header('origin') !== config().publicUrl) {
    throw new ForgebridgeError('Forbidden', { reason: 'cross_site' });
  }
}

function forbidden(scope: Scope): ForgebridgeError {
  return new ForgebridgeError('Forbidden', {
    reason: 'missing_scope',
    remedy: `Use a caller that has ${scope}.`,
  });
}
