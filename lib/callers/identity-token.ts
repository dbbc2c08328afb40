import { createRemoteJWKSet, customFetch, errors, type JWTVerifyResult, jwtVerify } from 'jose';
import * as z from 'zod/mini';
import type { Config } from '../aws/configuration.ts';
import { ForgebridgeError } from '../errors.ts';
import { readAnswer } from '../http/answer.ts';

type Oidc = NonNullable<Config['oidc']>;

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** Seconds that clocks may differ. */
const clockTolerance = 5;
/** Seconds that a token may live: one for a year is a password. */
const longestLife = 86_400;
/** Milliseconds that the identity provider is left alone after it failed, so that nobody waits for it. */
const rest = 10_000;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** Other tokens of the same issuer, such as logout tokens, name the same subject under the same keys. */
const accessOrIdentity = /^(application\/)?(at\+)?jwt$/i;
const claimsSchema = z.looseObject({
  sub: z.string().check(z.minLength(1), z.maxLength(256)),
  exp: z.number(),
  iat: z.optional(z.number()),
  /** What makes a logout token one, whatever its `typ` (OpenID Connect Back-Channel Logout 1.0). */
  events: z.optional(z.undefined()),
});

let keys: ReturnType<typeof createRemoteJWKSet> | undefined;
let failedAt = Number.NEGATIVE_INFINITY;

/** The caller an identity token names. `mayReadTokens` when the operator's claim says so. */
export interface Identity {
  readonly subject: string;
  readonly mayReadTokens: boolean;
}

/** What verifying reaches outside itself. */
export interface IdentityProvider {
  readonly fetch: typeof globalThis.fetch;
  /** Epoch milliseconds. */
  now(): number;
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
  oidc: Oidc,
  identityProvider: IdentityProvider,
): Promise<Identity> {
  keys ??= await remoteKeys(oidc.issuer, identityProvider);
  try {
    const verified = await jwtVerify(token, keys, {
      issuer: oidc.issuer,
      audience: oidc.audience,
      algorithms,
      clockTolerance,
    });
    return identityOf(verified, oidc, identityProvider.now());
  } catch (error) {
    if (error instanceof ForgebridgeError) throw error;
    // The keys could not be had; everything else is about the token.
    if (!(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC') {
      throw unavailable(error);
    }
    throw new ForgebridgeError('CallerUnauthenticated', {}, error);
  }
}

function identityOf(
  { payload, protectedHeader: { typ } }: JWTVerifyResult,
  { tokensClaim }: Oidc,
  now: number,
): Identity {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success || (typ !== undefined && !accessOrIdentity.test(typ))) {
    throw new ForgebridgeError('CallerUnauthenticated');
  }
  const { sub, exp, iat = now / 1_000 } = claims.data;
  if (exp - Math.min(iat, now / 1_000) > longestLife + clockTolerance) {
    throw new ForgebridgeError('CallerUnauthenticated', { reason: 'lives_too_long' });
  }
  return { subject: sub, mayReadTokens: tokensClaim !== '' && payload[tokensClaim] === true };
}

async function remoteKeys(issuer: string, identityProvider: IdentityProvider) {
  const ask = restingAfterFailure(identityProvider);
  return createRemoteJWKSet(new URL(await jwksUri(issuer, ask)), {
    // The library asks for less than fetch takes.
    [customFetch]: (url, init) => ask(url, init as RequestInit),
  });
}

async function jwksUri(issuer: string, ask: typeof globalThis.fetch): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { body } = await ask(url).then(readAnswer, (error: unknown) => {
    throw unavailable(error);
  });
  const parsed = discovery.safeParse(body);
  if (!parsed.success || parsed.data.issuer !== issuer) {
    throw unavailable(new Error('discovery'));
  }
  return parsed.data.jwks_uri;
}

/** One question that failed stands for all until the identity provider has had its rest. */
function restingAfterFailure({ fetch, now }: IdentityProvider): typeof globalThis.fetch {
  return async (input, init) => {
    if (now() < failedAt + rest) throw new Error('the identity provider failed a moment ago');
    try {
      const answer = await fetch(input, init);
      if (!answer.ok) failedAt = now();
      return answer;
    } catch (error) {
      failedAt = now();
      throw error;
    }
  };
}

function unavailable(cause: unknown): ForgebridgeError {
  return new ForgebridgeError(
    'ProviderUnavailable',
    { reason: 'identity_provider', retryAfter: rest / 1_000 },
    cause,
  );
}
