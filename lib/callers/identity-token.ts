import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import * as z from 'zod/mini';
import type { Config } from '../aws/configuration.ts';
import { ForgebridgeError } from '../errors.ts';
import { readAnswer } from '../http/answer.ts';

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** Seconds that clocks may differ. */
const clockTolerance = 5;
const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

/** The caller an identity token names. `mayReadTokens` when the operator's claim says so. */
export interface Identity {
  readonly subject: string;
  readonly mayReadTokens: boolean;
}

/**
 * Verifies a JWT of the product's identity provider: signature, issuer, audience, times, subject.
 * Its keys are found by OpenID Connect Discovery 1.0 and kept for the container's life.
 *
 * @throws ForgebridgeError `CallerUnauthenticated` for a bad token, `ProviderUnavailable`
 * (`identity_provider`) when the identity provider cannot be asked for its keys.
 */
export async function verifyIdentityToken(
  token: string,
  oidc: NonNullable<Config['oidc']>,
  fetch: typeof globalThis.fetch,
): Promise<Identity> {
  keys ??= createRemoteJWKSet(new URL(await jwksUri(oidc.issuer, fetch)), {
    // The library asks for less than fetch takes.
    [customFetch]: (url, init) => fetch(url, init as RequestInit),
  });
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: oidc.issuer,
      audience: oidc.audience,
      algorithms,
      requiredClaims: ['sub', 'exp'],
      clockTolerance,
    });
    const mayReadTokens = oidc.tokensClaim !== '' && payload[oidc.tokensClaim] === true;
    return { subject: payload.sub ?? '', mayReadTokens };
  } catch (error) {
    // The keys could not be had; everything else is about the token.
    if (!(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC') {
      throw unavailable(error);
    }
    throw new ForgebridgeError('CallerUnauthenticated', {}, error);
  }
}

async function jwksUri(issuer: string, fetch: typeof globalThis.fetch): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { body } = await fetch(url).then(readAnswer, (error: unknown) => {
    throw unavailable(error);
  });
  const parsed = discovery.safeParse(body);
  if (!parsed.success || parsed.data.issuer !== issuer) {
    throw unavailable(new Error('discovery'));
  }
  return parsed.data.jwks_uri;
}

function unavailable(cause: unknown): ForgebridgeError {
  return new ForgebridgeError(
    'ProviderUnavailable',
    { reason: 'identity_provider', retryAfter: 5 },
    cause,
  );
}
