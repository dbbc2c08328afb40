import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';

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

/**
 * Whether the browser comes back from installing the app, which some hosts lead to the callback too,
 * without a state: nothing was authorized then, and nothing may be redeemed.
 */
export function readSetup(query: URLSearchParams): 'installed' | 'requested' | undefined {
  if (query.has('state')) return undefined;
  const action = query.get('setup_action');
  if (action === 'request') return 'requested';
  return action === 'install' || action === 'update' ? 'installed' : undefined;
}

/** Errors that are about how the app is registered at the host: only its operator can mend them. */
const aboutTheApp = [
  'application_suspended',
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'redirect_uri_mismatch',
  'unauthorized_client',
  'unsupported_response_type',
];

/**
 * The code that the user's consent gave. Ask for it only after the flow was found and ended.
 *
 * Whatever the host says for an error, anybody can write into this address: so none of it is a failure of
 * this deployment, and none rings.
 *
 * @throws ForgebridgeError `ConsentDenied` with the host's word as reason (RFC 6749 section 4.1.2.1).
 */
export function grantedCode({ code, error }: Callback): string {
  if (error !== undefined) {
    const remedy = aboutTheApp.includes(error)
      ? 'The app is not registered correctly at the provider: tell whoever runs this service.'
      : undefined;
    throw new ForgebridgeError('ConsentDenied', {
      reason: reasonOf(error),
      ...defined({ remedy }),
    });
  }
  if (code === undefined || code === '') {
    throw new ForgebridgeError('StateMismatch', { reason: 'no_code' });
  }
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
