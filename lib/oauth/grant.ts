import {
  allowInsecureRequests,
  ClientSecretPost,
  customFetch,
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
  ResponseBodyError,
  type TokenEndpointResponse,
} from 'oauth4webapi';
import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import { limitWait, overLimit } from '../http/limits.ts';
import { defined } from '../primitives/defined.ts';
import type { CodeExchange, RefreshRequest, TokenSet } from './tokens.ts';

/** Where tokens are handed out, and what differs between hosts there. */
export interface TokenEndpoint {
  readonly url: string;
  readonly clientId: string;
  /** Newest first. An older one is tried only where the newer is refused as `invalid_client`. */
  readonly clientSecrets: () => Promise<readonly string[]>;
  readonly fetch: typeof fetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Brings a host's deviating answer into the form of RFC 6749 section 5 before it is read. */
  readonly normalize?: (response: Response) => Promise<Response>;
}

/** Bytes of a token answer that are read at most. */
const maxAnswer = 64 * 1024;

/** Numbers above this are epoch milliseconds, numbers below it seconds from now. */
const absolute = 1e11;

/** How far `created_at` may lie behind our clock and still be believed, in milliseconds. */
const believedAge = 600_000;

/**
 * Answers of a gateway that has not heard the host out: it may have acted. The last ones are
 * Cloudflare's.
 */
const gateway = [502, 504, 520, 522, 524];

/** What refused us as a client, by the names of RFC 6749 section 5.2 and those in the wild. */
const clientErrors = [
  'invalid_client',
  'unauthorized_client',
  'redirect_uri_mismatch',
  'invalid_redirect_uri',
];

/**
 * Redeems an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.5): form body,
 * `client_secret_post`, code verifier sent.
 *
 * @throws ForgebridgeError `StateMismatch` (`code_rejected`) when the code is refused, else as
 * {@link refreshTokenGrant}.
 */
export function authorizationCodeGrant(
  endpoint: TokenEndpoint,
  request: CodeExchange,
): Promise<TokenSet> {
  return grant(endpoint, {
    type: 'authorization_code',
    parameters: {
      code: request.code,
      redirect_uri: request.redirectUri,
      code_verifier: request.codeVerifier,
    },
    rejected: () => new ForgebridgeError('StateMismatch', { reason: 'code_rejected' }),
  });
}

/**
 * Trades a refresh token for new tokens (RFC 6749 section 6). The original redirect URI goes along:
 * some hosts want it, the others ignore it.
 *
 * @throws ForgebridgeError `ReconnectRequired` (`invalid_grant`) when the refresh token is refused,
 * `Misconfigured` (`invalid_client`) when we are, `RateLimited`, `ProviderUnavailable`,
 * `ProviderTimeout` when no answer came, a gateway's came, or the signal fired, `ProviderProtocol`
 * otherwise. Error and cause hold nothing of the exchange but its status and error code.
 */
export function refreshTokenGrant(
  endpoint: TokenEndpoint,
  request: RefreshRequest,
): Promise<TokenSet> {
  return grant(endpoint, {
    type: 'refresh_token',
    parameters: { refresh_token: request.refreshToken, redirect_uri: request.redirectUri },
    rejected: () => new ForgebridgeError('ReconnectRequired', { reason: 'invalid_grant' }),
    signal: request.signal,
  });
}

interface Grant {
  readonly type: string;
  readonly parameters: Record<string, string>;
  /** What `invalid_grant` means here. */
  readonly rejected: () => ForgebridgeError;
  readonly signal?: AbortSignal;
}

async function grant(endpoint: TokenEndpoint, asked: Grant): Promise<TokenSet> {
  return withClientSecret(endpoint.clientSecrets, async (secret) => {
    try {
      return tokenSet(await askTokenEndpoint(endpoint, secret, asked), endpoint.now());
    } catch (error) {
      throw asFailure(error, asked);
    }
  });
}

/**
 * Does `attempt` with the newest client secret, and with the next one while it raises
 * `Misconfigured`. A code or token is still unused then: hosts authenticate the client first.
 *
 * @throws ForgebridgeError `Misconfigured`: `no_client_secret`, or what the last attempt raised.
 */
export async function withClientSecret<T>(
  clientSecrets: () => Promise<readonly string[]>,
  attempt: (secret: string) => Promise<T>,
): Promise<T> {
  let refusal = new ForgebridgeError('Misconfigured', { reason: 'no_client_secret' });
  for (const secret of await clientSecrets()) {
    try {
      return await attempt(secret);
    } catch (error) {
      if (!isForgebridgeError(error, 'Misconfigured')) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function askTokenEndpoint(
  endpoint: TokenEndpoint,
  secret: string,
  asked: Grant,
): Promise<TokenEndpointResponse> {
  const server = { issuer: new URL(endpoint.url).origin, token_endpoint: endpoint.url };
  const client = { client_id: endpoint.clientId };
  const response = await genericTokenEndpointRequest(
    server,
    client,
    ClientSecretPost(secret),
    asked.type,
    asked.parameters,
    {
      // The library's options are those of fetch under a narrower type.
      [customFetch]: (url, init) => endpoint.fetch(url, init as RequestInit),
      // Hosts on localhost and in private networks; the operator chose the URL.
      [allowInsecureRequests]: endpoint.url.startsWith('http:'),
      ...defined({ signal: asked.signal }),
    },
  );
  refuseByStatus(response, endpoint.now());
  const normal = endpoint.normalize === undefined ? response : await endpoint.normalize(response);
  return processGenericTokenEndpointResponse(server, client, await standardAnswer(normal));
}

function refuseByStatus({ status, headers }: Response, now: number): void {
  if (overLimit(status, headers)) {
    throw new ForgebridgeError('RateLimited', { retryAfter: limitWait(headers, now) });
  }
  if (gateway.includes(status)) {
    throw new ForgebridgeError('ProviderTimeout', { reason: 'gateway' }, statusOnly(status));
  }
  if (status >= 500) throw new ForgebridgeError('ProviderUnavailable', {}, statusOnly(status));
}

/**
 * The answer as the library wants it: bounded, JSON, a refusal as 400 whatever its status, without
 * members that are null and without an ID token (nobody reads it, so nobody need verify it).
 */
async function standardAnswer(response: Response): Promise<Response> {
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength > maxAnswer) {
    throw new ForgebridgeError('ProviderProtocol', { reason: 'too_large' });
  }
  const body = jsonObject(Buffer.from(bytes).toString('utf8'));
  if (body === undefined) {
    const cause = statusOnly(response.status);
    throw new ForgebridgeError('ProviderProtocol', { reason: 'not_json' }, cause);
  }
  const { id_token: _, ...members } = body;
  const kept = Object.entries(members).filter(([, value]) => value !== null);
  const refused = !response.ok || typeof members.error === 'string';
  return Response.json(Object.fromEntries(kept), { status: refused ? 400 : 200 });
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    return undefined;
  }
}

function asFailure(error: unknown, { rejected, signal }: Grant): ForgebridgeError {
  if (error instanceof ForgebridgeError) return error;
  if (signal?.aborted) return new ForgebridgeError('ProviderTimeout');
  // The library's own errors carry the body, tokens included: only the error code is taken over.
  if (!(error instanceof ResponseBodyError)) {
    return new ForgebridgeError('ProviderProtocol', { reason: 'unexpected_token_answer' });
  }
  if (error.error === 'invalid_grant') return rejected();
  if (clientErrors.includes(error.error)) {
    return new ForgebridgeError('Misconfigured', { reason: 'invalid_client' });
  }
  if (error.error === 'server_error' || error.error === 'temporarily_unavailable') {
    return new ForgebridgeError('ProviderUnavailable', { reason: error.error });
  }
  const reason = /^[a-z_]{1,64}$/.test(error.error) ? error.error : 'unexpected_token_answer';
  return new ForgebridgeError('ProviderProtocol', { reason });
}

function tokenSet(answer: TokenEndpointResponse, now: number): TokenSet {
  const issued = issuedAt(answer.created_at, now);
  const expiresAt = expiry(answer.expires_in, issued);
  const refreshExpiresAt = expiry(answer.refresh_token_expires_in, issued);
  return {
    accessToken: answer.access_token,
    ...defined({ refreshToken: answer.refresh_token, expiresAt, refreshExpiresAt }),
    ...defined({ scopes: answer.scope?.split(/[ ,]+/).filter(Boolean) }),
  };
}

/** The host's `created_at` (epoch seconds) where our clock bears it out, else now. */
function issuedAt(createdAt: unknown, now: number): number {
  if (typeof createdAt !== 'number') return now;
  const issued = createdAt * 1000;
  return issued <= now && issued >= now - believedAge ? issued : now;
}

/**
 * When something ends, in epoch milliseconds: `value` is seconds after `issued`, or epoch
 * milliseconds itself when it is above 10^11. Undefined when it is no such number.
 */
export function expiry(value: unknown, issued: number): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) return undefined;
  return number > absolute ? number : issued + number * 1000;
}

const statusOnly = (status: number) => new Error(`The token endpoint answered ${status}.`);
