import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { type HostId, standIns } from '../../../../infra/local/sandbox/registry.ts';
import type { Sandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { defined } from '../../../../lib/primitives/defined.ts';
import { type Decision, visitConsent } from './visit.ts';

/** The callback address that the sandbox's own tests use. */
export const redirectUri = 'http://localhost:3000/callback';
const codeVerifier = 'verifier-verifier-verifier-verifier-verifier';

/** JSON in which tests look fields up; one that is not there is undefined. */
export interface Json {
  readonly [field: string]: Json;
}

/** One answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** JSON where the answer is JSON, else its text. */
  readonly body: Json;
}

/** The items of a JSON list. */
export function listOf(body: Json | undefined): Json[] {
  return Array.isArray(body) ? body : [];
}

function formBody(fields: Record<string, unknown>): URLSearchParams {
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

/** Sends a request; a plain object as `json` becomes the body. */
export async function send(
  method: string,
  url: string,
  {
    token,
    json,
    form,
    headers,
  }: {
    token?: unknown;
    json?: unknown;
    form?: Record<string, unknown>;
    headers?: Record<string, string>;
  } = {},
): Promise<Reply> {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(form === undefined ? {} : { body: formBody(form) }),
  });
  const text = await answer.text();
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  // Whatever came is only compared with what a test expects: a wrong guess fails that test.
  const body = (isJson ? JSON.parse(text) : text) as Json;
  return { status: answer.status, headers: answer.headers, body };
}

/** The authorization URL of a host with a state, S256 challenge and the configured scopes. */
export function authorizeUrl(
  sandbox: Sandbox,
  id: HostId,
  more: Record<string, string> = {},
): string {
  const { webUrl, clientId, scopes } = sandbox.providers[id];
  const url = new URL(standIns[id].oauth.authorizePath, webUrl);
  url.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 'the-state',
    scope: scopes.join(' '),
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }).toString();
  return url.href;
}

/** Calls the token endpoint with client id and secret, in the body form the host takes. */
export function tokenCall(
  sandbox: Sandbox,
  id: HostId,
  fields: Record<string, unknown>,
): Promise<Reply> {
  const { webUrl, clientId, clientSecret } = sandbox.providers[id];
  const { tokenPath, body } = standIns[id].oauth;
  const { redirect_uri: address, ...others } = fields;
  const all = {
    client_id: clientId,
    client_secret: clientSecret,
    ...others,
    // Only a form has a place for it.
    ...(body === 'form' && address !== undefined ? { redirect_uri: address } : {}),
  };
  return send('POST', webUrl + tokenPath, { [body]: all });
}

/** Redeems a code as the callback gave it. */
export function redeem(sandbox: Sandbox, id: HostId, code: string): Promise<Reply> {
  return tokenCall(sandbox, id, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    ...(standIns[id].oauth.pkce ? { code_verifier: codeVerifier } : {}),
  });
}

/** Consent and exchange; the token endpoint's answer. */
export async function connect(sandbox: Sandbox, id: HostId, choice: Decision = {}): Promise<Reply> {
  const back = await visitConsent(authorizeUrl(sandbox, id), choice);
  return redeem(sandbox, id, back.searchParams.get('code') ?? '');
}

/** A user's API calls at one host: paths are relative to its API's root. */
export async function user(sandbox: Sandbox, id: HostId, choice: Decision = {}) {
  const token = String((await connect(sandbox, id, choice)).body.access_token);
  return (method: string, path: string, json?: unknown): Promise<Reply> =>
    send(method, sandbox.providers[id].apiUrl + path, {
      token,
      ...defined({ json }),
    });
}

/** An app JWT; times are in seconds relative to `now` (epoch ms). */
export function appJwt(
  key: Parameters<SignJWT['sign']>[0],
  claims: { now: number; iss?: string; iat?: number; exp?: number; alg?: string },
): Promise<string> {
  const now = Math.floor(claims.now / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: claims.alg ?? 'RS256' })
    .setIssuer(claims.iss ?? '75')
    .setIssuedAt(now + (claims.iat ?? -60))
    .setExpirationTime(now + (claims.exp ?? 540))
    .sign(key);
}
