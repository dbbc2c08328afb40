import type { TokenSet } from '../../lib/oauth/tokens.ts';
import type { Account, Provider } from '../../lib/providers/provider.ts';
import type { Connection } from '../../lib/vault/connection.ts';
import { connect } from '../../lib/vault/vault.ts';

/** One consent: who gave it, where, and what the host hands out for its code. */
export interface Consent {
  readonly partition: string;
  /** Provider id. */
  readonly provider: string;
  readonly account: Account;
  readonly tokens: TokenSet;
  readonly redirectUri: string;
}

const life = 29_000;

/** Connects, at a host that answers at once and knows its own tokens. */
export function connectWith(
  vault: Parameters<typeof connect>[0],
  { partition, provider, account, tokens, redirectUri }: Consent,
  isSignedIn = true,
): Promise<Connection> {
  const unused = async () => {
    throw new Error('not part of a consent');
  };
  const host: Provider = {
    settings: {
      id: provider,
      kind: 'gitlab',
      name: provider,
      webUrl: 'https://host.example',
      apiUrl: 'https://host.example',
      clientId: 'client',
      scopes: [],
    },
    rotation: 'kills-access',
    authorizeUrl: () => '',
    exchange: async () => tokens,
    identify: async () => account,
    repositories: unused,
  };
  const authorization = { partition, code: 'code', codeVerifier: 'verifier', redirectUri };
  return connect(vault, host, {
    ...authorization,
    timeLeft: () => life,
    isSignedIn: async () => isSignedIn,
  });
}
