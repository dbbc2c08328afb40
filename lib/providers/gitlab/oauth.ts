import { authorizationUrl } from '../../oauth/authorize.ts';
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
  const authorization = { ...settings, url: `${settings.webUrl}/oauth/authorize`, pkce: true };
  return {
    authorizeUrl: (request) => authorizationUrl(authorization, request),

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
