import {
  authorizationCodeGrant,
  refreshTokenGrant,
  type TokenEndpoint,
} from '../../oauth/grant.ts';
import { revokeToken } from '../../oauth/revoke.ts';
import type { Provider, ProviderContext } from '../provider.ts';

/** GitLab's side of OAuth (docs.gitlab.com/api/oauth2), which follows the standard. */
export function gitLabOAuth({
  settings,
  fetch,
  clientSecrets,
  now,
}: ProviderContext): Required<Pick<Provider, 'authorizeUrl' | 'exchange' | 'refresh' | 'revoke'>> {
  const endpoint: TokenEndpoint = {
    url: `${settings.webUrl}/oauth/token`,
    clientId: settings.clientId,
    clientSecrets,
    fetch,
    now,
  };
  return {
    authorizeUrl({ state, redirectUri, codeChallenge }) {
      const url = new URL(`${settings.webUrl}/oauth/authorize`);
      url.search = new URLSearchParams({
        client_id: settings.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        ...(settings.scopes.length === 0 ? {} : { scope: settings.scopes.join(' ') }),
      }).toString();
      return url.href;
    },

    exchange: (request) => authorizationCodeGrant(endpoint, request),

    refresh: (request) => refreshTokenGrant(endpoint, request),

    async revoke({ accessToken, refreshToken }, signal) {
      const revocation = { ...endpoint, url: `${settings.webUrl}/oauth/revoke` };
      // The refresh token first: it is the one that lives on. GitLab ends both with either.
      if (refreshToken !== undefined) await revokeToken(revocation, refreshToken, signal);
      await revokeToken(revocation, accessToken, signal);
    },
  };
}
