import { readAnswer } from '../../http/answer.ts';
import { authorizationUrl } from '../../oauth/authorize.ts';
import {
  authorizationCodeGrant,
  refreshTokenGrant,
  type TokenEndpoint,
} from '../../oauth/grant.ts';
import type { TokenSet } from '../../oauth/tokens.ts';
import type { Provider, ProviderContext } from '../provider.ts';

/**
 * Gitea's side of OAuth (docs.gitea.com/development/oauth2-provider). It has PKCE and no revocation:
 * a person ends a grant under Settings, Applications.
 */
export function giteaOAuth({
  settings,
  fetch,
  clientSecrets,
  now,
}: ProviderContext): Required<Pick<Provider, 'authorizeUrl' | 'exchange' | 'refresh'>> {
  const endpoint: TokenEndpoint = {
    url: `${settings.webUrl}/login/oauth/access_token`,
    clientId: settings.clientId,
    clientSecrets,
    fetch,
    now,
    normalize,
  };
  const authorization = {
    ...settings,
    url: `${settings.webUrl}/login/oauth/authorize`,
    pkce: true,
  };
  return {
    authorizeUrl: (request) => authorizationUrl(authorization, request),

    exchange: async (request) => withEnd(await authorizationCodeGrant(endpoint, request)),

    refresh: async (request) => withEnd(await refreshTokenGrant(endpoint, request)),
  };
}

/**
 * What is said (routers/web/auth/oauth2_provider.go), and the name that RFC 6749 has for it. The first
 * that fits decides. The server's own trouble leaves what was sent as good as before.
 */
const meanings: readonly (readonly [says: RegExp, error: string])[] = [
  [/client (id|secret)|redirect uri/i, 'invalid_client'],
  [/cannot (increase|sign|process|find app)|signing key|server error/i, 'server_error'],
  [
    /client is not authorized|refresh token|already used|does not exist|pkce|code expired|invalid grant|find user/i,
    'invalid_grant',
  ],
];

/**
 * Almost every refusal is called `unauthorized_client`, that of a spent refresh token too: only its
 * description tells whose fault it is. One that tells nothing stays as it is.
 */
async function normalize(response: Response): Promise<Response> {
  const { status, body } = await readAnswer(response.clone());
  if (typeof body !== 'object' || body === null || !('error' in body)) return response;
  const said = 'error_description' in body ? String(body.error_description) : '';
  const [, error] = meanings.find(([says]) => says.test(said)) ?? [];
  return error === undefined ? response : Response.json({ error }, { status });
}

/**
 * When a refresh token ends (`REFRESH_TOKEN_EXPIRATION_TIME`, 730 hours unless the instance says
 * otherwise) no answer tells, but the token itself does: it is a JWT (services/oauth2_provider). It is
 * taken as a hint, for when an idle connection is due; one that is no JWT says nothing.
 */
function withEnd(tokens: TokenSet): TokenSet {
  const [, claims = ''] = tokens.refreshToken?.split('.') ?? [];
  const [, end] = /"exp":(\d{10})\b/.exec(Buffer.from(claims, 'base64url').toString()) ?? [];
  return end === undefined ? tokens : { ...tokens, refreshExpiresAt: Number(end) * 1000 };
}
