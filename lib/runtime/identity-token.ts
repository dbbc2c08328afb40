import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { ForgebridgeError } from '../errors.ts';
import type { Config } from './config.ts';

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

/** The caller an identity token names. `mayReadTokens` when the operator's claim says so. */
export interface Identity {
  readonly subject: string;
  readonly mayReadTokens: boolean;
}

/**
 * Verifies a JWT of the product's identity provider: signature, issuer, audience, times, subject.
 * Its keys are found by OpenID Connect Discovery and kept for the container's life.
 *
 * @throws ForgebridgeError `CallerUnauthenticated` for a bad token, `ProviderUnavailable` when the
 * identity provider cannot be asked for its keys.
 */
export async function verifyIdentityToken(
  token: string,
  oidc: NonNullable<Config['oidc']>,
  fetch: typeof globalThis.fetch,
): Promise<Identity> {
  keys ??= createRemoteJWKSet(new URL(await jwksUri(oidc.issuer, fetch)));
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: oidc.issuer,
      audience: oidc.audience,
      algorithms,
      requiredClaims: ['sub', 'exp'],
      clockTolerance: 5,
    });
    const { sub = '' } = payload;
    if (sub === '') throw new ForgebridgeError('CallerUnauthenticated');
    const claim = oidc.tokensClaim === '' ? false : payload[oidc.tokensClaim];
    return { subject: sub, mayReadTokens: claim === true };
  } catch (error) {
    if (error instanceof errors.JWKSTimeout) throw unavailable(error);
    throw new ForgebridgeError('CallerUnauthenticated', {}, error);
  }
}

async function jwksUri(issuer: string, fetch: typeof globalThis.fetch): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const document: unknown = await (await fetch(url)).json();
    if (typeof document === 'object' && document !== null && 'jwks_uri' in document) {
      return String(document.jwks_uri);
    }
  } catch (error) {
    throw unavailable(error);
  }
  throw new ForgebridgeError('Misconfigured', { reason: 'oidc_discovery' });
}

function unavailable(cause: unknown): ForgebridgeError {
  return new ForgebridgeError('ProviderUnavailable', { reason: 'identity_provider' }, cause);
}
