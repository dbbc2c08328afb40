import { ForgebridgeError } from '../errors.ts';

/** What a provider sent back (RFC 6749 section 4.1.2, RFC 9207). */
export interface Callback {
  readonly state: string;
  readonly code?: string;
  readonly error?: string;
  readonly iss?: string;
}

const parameters = ['state', 'code', 'error', 'iss'] as const;

/**
 * Reads the callback's query. A parameter that is there twice is refused, whichever it is: two
 * readers could take different ones, and no honest host sends it (RFC 6749 section 4.1.2).
 *
 * @throws ForgebridgeError `InvalidInput` for a repeated parameter, `StateMismatch` without a state.
 */
export function readCallback(query: URLSearchParams): Callback {
  const names = [...query.keys()].sort();
  const repeated = names.find((name, index) => name === names[index + 1]);
  if (repeated !== undefined) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: repeated, problem: 'must be given once' }],
    });
  }
  const state = query.get('state') ?? '';
  if (state === '') throw new ForgebridgeError('StateMismatch');
  const found = parameters.flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(found), state };
}

/** Errors of an authorization that the person can answer for, or that pass (RFC 6749 section 4.1.2.1). */
const outcomes = {
  access_denied: 'ConsentDenied',
  server_error: 'ProviderUnavailable',
  temporarily_unavailable: 'ProviderUnavailable',
} as const;

/**
 * The code that the user's consent gave. Ask for it only after the flow was found and ended.
 *
 * @throws ForgebridgeError `ConsentDenied`, `ProviderUnavailable`, or `Misconfigured` for any other
 * error the provider names: it is about how the app is registered there.
 */
export function grantedCode({ code, error }: Callback): string {
  if (error !== undefined) {
    const known = Object.hasOwn(outcomes, error)
      ? outcomes[error as keyof typeof outcomes] // just found among its keys
      : 'Misconfigured';
    throw new ForgebridgeError(known, { reason: reasonOf(error) });
  }
  if (code === undefined || code === '') throw new ForgebridgeError('ProviderProtocol');
  return code;
}

/** The provider's error code, if it looks like one; free text from a URL is never shown. */
function reasonOf(error: string): string {
  return /^[a-z_]{1,64}$/.test(error) ? error : 'authorization_failed';
}

/**
 * Compares `iss` exactly (RFC 9207 section 2.4). It may be absent, unless the host always sends it.
 *
 * @throws ForgebridgeError `StateMismatch`, `reason: 'issuer'`.
 */
export function checkIssuer(
  { iss }: Callback,
  host: { readonly issuer: string; readonly alwaysSent: boolean },
): void {
  const matches = iss === undefined ? !host.alwaysSent : iss === host.issuer;
  if (!matches) throw new ForgebridgeError('StateMismatch', { reason: 'issuer' });
}
