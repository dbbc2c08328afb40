import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import { Redirected } from './moved.ts';

/** Everything that differs between two ways out; see {@link outbound}. */
export interface OutboundPolicy {
  /** Origins that may be called; anything else is refused (no SSRF through a paging link). */
  readonly origins: readonly string[];
  /** Milliseconds for one attempt, body included. */
  readonly timeout: number;
  /** Milliseconds that are left in all; an attempt never outlives them. Missing: no such limit. */
  readonly timeLeft?: () => number;
  /** Bytes of body that are read at most. */
  readonly maxBytes: number;
  /** Where a host's operator finds out who calls: an address of this deployment. */
  readonly contact?: string;
  /** Epoch milliseconds, to read a `Retry-After` that is a date. */
  readonly now: () => number;
  /** Between 0 and 1, for jitter. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /**
   * Told when a host's clock and ours lie more than {@link toleratedSkew} apart: by how many seconds,
   * positive when the host is ahead.
   */
  readonly onSkew?: (seconds: number) => void;
}

/** Milliseconds. More than the time that an answer takes on its way, so that slowness is no skew. */
const toleratedSkew = 30_000;

const product = 'forgebridge';

const attempts = 3;
const baseDelay = 200;
/** A `Retry-After` longer than this is the caller's to wait for, not ours. */
const longestWait = 5_000;

/**
 * The only way out of the bundle, shaped like `fetch`: known origins only, never a redirect (an API's
 * client may follow one: {@link followingMoves}), a time
 * limit, a bounded body that is complete before the caller sees it, and one retry layer (at most 3
 * attempts, full jitter, `Retry-After` honoured) for GET and HEAD alone. A request that changes
 * something is never sent twice from here.
 *
 * @throws ForgebridgeError `ProviderUnavailable` when no connection could be made (reason
 * `certificate` when the host's is not trusted),
 * `ProviderTimeout` when the answer did not come, or not whole (the provider may have acted),
 * `ProviderProtocol` for a redirect or a body over the limit, `Misconfigured` for a foreign origin.
 */
export function outbound(policy: OutboundPolicy): typeof fetch {
  const { contact } = policy;
  const userAgent = contact === undefined ? product : `${product} (+${contact})`;
  return async (input, init) => {
    const request = new Request(input, { ...init, redirect: 'manual' });
    const ended = signalOf(input, init);
    request.headers.set('user-agent', userAgent);
    const { origin } = new URL(request.url);
    if (!policy.origins.includes(origin)) {
      throw new ForgebridgeError('Misconfigured', { reason: 'foreign_origin' });
    }
    const repeatable = request.method === 'GET' || request.method === 'HEAD';
    for (let attempt = 1; ; attempt += 1) {
      const last = !repeatable || attempt === attempts;
      const outcome = await attemptOnce(request.clone(), ended, policy).catch((error: unknown) => {
        if (last || !passes(error)) throw error;
        return error;
      });
      if (outcome instanceof Response && (last || !transient(outcome.status))) return outcome;
      const wait = delay(outcome, attempt, policy);
      if (wait > longestWait && outcome instanceof Response) return outcome;
      await policy.sleep(wait);
    }
  };
}

/** The caller's own signal: one that a clone made of it is cut off once memory is collected. */
function signalOf(...[input, init]: Parameters<typeof fetch>): AbortSignal | undefined {
  return init?.signal ?? (input instanceof Request ? input.signal : undefined);
}

async function attemptOnce(
  request: Request,
  ended: AbortSignal | undefined,
  policy: OutboundPolicy,
): Promise<Response> {
  const left = policy.timeLeft?.() ?? policy.timeout;
  const limit = AbortSignal.timeout(Math.max(0, Math.min(policy.timeout, left)));
  const signal = AbortSignal.any(ended === undefined ? [limit] : [limit, ended]);
  let response: Response;
  try {
    response = await fetch(request, { signal });
  } catch (error) {
    throw unanswered(error, signal.aborted);
  }
  const skew = skewOf(response.headers, policy.now());
  if (Math.abs(skew) > toleratedSkew) policy.onSkew?.(Math.round(skew / 1000));
  if (response.status >= 300 && response.status < 400 && response.status !== 304) {
    await response.body?.cancel();
    const location = response.headers.get('location') ?? '';
    const redirected = new Redirected(response.status, location);
    throw new ForgebridgeError('ProviderProtocol', { reason: 'redirect' }, redirected);
  }
  const body = await readBounded(response, policy.maxBytes);
  return new Response(bodyless(response.status) ? null : body, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
}

/**
 * Milliseconds that the host's clock is ahead of ours, by the `Date` of its answer (RFC 9110 section
 * 6.6.1); 0 without one. An answer with `Age` comes from a cache and was dated in the past.
 */
function skewOf(headers: Headers, now: number): number {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) || headers.has('age') ? 0 : date - now;
}

async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new ForgebridgeError('ProviderProtocol', { reason: 'too_large' });
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ForgebridgeError) throw error;
    throw new ForgebridgeError('ProviderTimeout', { reason: 'reply_cut_off' }, error);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** What a request without an answer means: only what certainly never left is known not to have acted. */
function unanswered(error: unknown, aborted: boolean): ForgebridgeError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const code = cause !== undefined && 'code' in cause ? String(cause.code) : '';
  if (certificateRefusals.includes(code)) {
    return new ForgebridgeError('ProviderUnavailable', { reason: 'certificate' }, cause);
  }
  const unsent = unreachable.includes(code) || cause?.message.includes(beforeTls) === true;
  if (unsent && !aborted) return new ForgebridgeError('ProviderUnavailable', {}, cause);
  return new ForgebridgeError('ProviderTimeout', {}, cause ?? error);
}

/** No connection was made. */
const unreachable = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  // The other side speaks no TLS, or none that we do.
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
];
/** Node's words when the connection ends in the middle of a handshake; the code is that of any reset. */
const beforeTls = 'before secure TLS connection was established';

/** We do not believe that it is the host (nodejs.org/api/tls.html, X509 certificate error codes). */
const certificateRefusals = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

/** A certificate that is not trusted is not trusted a moment later either. */
function passes(error: unknown): error is ForgebridgeError {
  return isForgebridgeError(error) && error.retryable && error.details.reason !== 'certificate';
}

function transient(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

function bodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function delay(outcome: Response | ForgebridgeError, attempt: number, policy: OutboundPolicy) {
  const asked = outcome instanceof Response ? retryAfter(outcome.headers, policy.now()) : undefined;
  return asked === undefined ? policy.random() * baseDelay * 2 ** attempt : asked * 1000;
}

/** Seconds until the host wants to be asked again (RFC 9110 section 10.2.3), or undefined. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
