import * as z from 'zod/mini';
import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { authorizationUrl } from '../../oauth/authorize.ts';
import {
  authorizationCodeGrant,
  refreshTokenGrant,
  type TokenEndpoint,
  withClientSecret,
} from '../../oauth/grant.ts';
import type { TokenSet } from '../../oauth/tokens.ts';
import { defined } from '../../primitives/defined.ts';
import type { Provider, ProviderContext } from '../provider.ts';
import type { GitHub } from './client.ts';

/** GitHub's names for what RFC 6749 section 5.2 names otherwise. */
const standardErrors = new Map([
  ['bad_verification_code', 'invalid_grant'],
  ['bad_refresh_token', 'invalid_grant'],
  ['incorrect_client_credentials', 'invalid_client'],
]);

/**
 * GitHub's side of OAuth, at the host's root
 * (docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps). A token's scopes are
 * told for OAuth apps only; what a GitHub App may do is said by its permissions.
 */
export function gitHubOAuth(
  { settings, fetch, clientSecrets, now }: ProviderContext,
  github: GitHub,
): Required<Pick<Provider, 'authorizeUrl' | 'exchange' | 'refresh' | 'revoke' | 'isAlive'>> {
  const endpoint: TokenEndpoint = {
    url: `${settings.webUrl}/login/oauth/access_token`,
    clientId: settings.clientId,
    clientSecrets,
    fetch,
    now,
    normalize: (response) => standardAnswer(github, response),
  };
  const authorization = {
    ...settings,
    url: `${settings.webUrl}/login/oauth/authorize`,
    pkce: true,
  };
  const readScopes = ({ scopes, ...tokens }: TokenSet): TokenSet =>
    scopes === undefined || settings.appSlug !== undefined ? tokens : { ...tokens, scopes };

  return {
    authorizeUrl: (request) => authorizationUrl(authorization, request),

    exchange: async (request) => readScopes(await authorizationCodeGrant(endpoint, request)),

    refresh: async (request) => readScopes(await refreshTokenGrant(endpoint, request)),

    async revoke({ accessToken }, signal) {
      await aboutToken('DELETE', accessToken, signal);
    },

    isAlive: (accessToken, signal) => aboutToken('POST', accessToken, signal),
  };

  /** Asks about a token, or ends it, as the app. False when there is no such token of this app. */
  async function aboutToken(
    method: 'POST' | 'DELETE',
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    try {
      await withClientSecret(clientSecrets, (secret) =>
        github({
          route: `${method} /applications/{client_id}/token`,
          authorization: `Basic ${Buffer.from(`${settings.clientId}:${secret}`).toString('base64')}`,
          parameters: { client_id: settings.clientId, access_token: token },
          ...defined({ signal }),
          refine: ({ status }) => {
            if (status === 401) return github.because('invalid_client');
            // Also said to an app that asks too often, so no word about whether a token is alive.
            const gone = status === 422 && method === 'DELETE';
            return gone ? new ForgebridgeError('NotFound') : undefined;
          },
        }),
      );
      return true;
    } catch (error) {
      if (!isForgebridgeError(error, 'NotFound')) throw error;
      return false;
    }
  }
}

const tokenAnswer = z.looseObject({ error: z.optional(z.string()) });

/**
 * GitHub's token answer as the standard has it: JSON even where it came as a form, the standard's
 * error names, and the 404 that an unknown client id gets. Other text is a proxy's, a 404 too.
 */
async function standardAnswer(github: GitHub, response: Response): Promise<Response> {
  const text = await response.text();
  const members = tokenAnswer.safeParse(
    isForm(response) ? Object.fromEntries(new URLSearchParams(text)) : parseJson(text),
  );
  if (!members.success) return new Response(text, { status: response.status });
  if (response.status === 404) return Response.json({ error: 'invalid_client' }, { status: 400 });
  const { error, ...rest } = members.data;
  if (error === undefined) return Response.json(rest, { status: response.status });
  if (error === 'unverified_user_email') {
    throw github.because(error);
  }
  return Response.json({ error: standardErrors.get(error) ?? error }, { status: 400 });
}

function isForm(response: Response): boolean {
  return (response.headers.get('content-type') ?? '').startsWith(
    'application/x-www-form-urlencoded',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
