import { outbound } from '../../lib/http/outbound.ts';
import { codeChallenge, randomVerifier } from '../../lib/oauth/pkce.ts';
import type { TokenSet } from '../../lib/oauth/tokens.ts';
import {
  type Access,
  type Creation,
  capability,
  type Provider,
} from '../../lib/providers/provider.ts';
import { loadProvider, originsOf } from '../../lib/providers/registry.ts';
import type { Decision } from '../infra/local/sandbox/visit.ts';
import type { Sandbox } from './sandbox.ts';
import { visitConsent } from './visit.ts';

const redirectUri = 'http://localhost:3000/callback';

/** A person with tokens, and the client that a deployment would use. */
export interface SignedIn {
  readonly client: Provider;
  readonly creation: Required<Creation>;
  readonly tokens: TokenSet;
  readonly access: Access;
  renew(refreshToken?: string): Promise<TokenSet>;
}

export async function signIn(
  sandbox: Sandbox,
  account: NonNullable<Decision['account']> = 'sandbox-user',
  scopes: readonly string[] = sandbox.providers.gitea.scopes,
): Promise<SignedIn> {
  const { clientSecret, appPrivateKey: _, ...usual } = sandbox.providers.gitea;
  const settings = { ...usual, scopes };
  const client = await loadProvider({
    settings,
    now: Date.now,
    clientSecrets: async () => [clientSecret],
    fetch: outbound({
      origins: originsOf(settings),
      timeout: 60_000,
      maxBytes: 1_000_000,
      now: Date.now,
      random: () => 0,
      sleep: async () => {},
    }),
  });
  const codeVerifier = randomVerifier();
  const url = client.authorizeUrl({
    state: 'state',
    redirectUri,
    codeChallenge: codeChallenge(codeVerifier),
  });
  const code = (await visitConsent(url, { account })).searchParams.get('code') ?? '';
  const tokens = await client.exchange({ code, redirectUri, codeVerifier });
  const renew = (refreshToken = '') =>
    capability(
      client,
      'refresh',
    )({
      refreshToken,
      redirectUri,
      signal: AbortSignal.timeout(60_000),
    });
  return {
    client,
    // This kind has all of it.
    creation: capability(client, 'creation') as Required<Creation>,
    tokens,
    access: { token: tokens.accessToken, login: account },
    renew,
  };
}
