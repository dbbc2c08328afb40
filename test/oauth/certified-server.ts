import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import { listen } from '../../infra/local/listen.ts';
import {
  agreeAt,
  clientId,
  clientSecret,
  type OAuthServer,
  person,
  redirectUri,
} from './oauth-server.ts';

const scope = 'api';

/** `oidc-provider`, a certified OpenID provider, at the addresses that GitLab uses. */
export async function startCertifiedServer(): Promise<OAuthServer> {
  let serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  let tokenRequests = 0;
  const { url, stop } = await listen(
    createServer((request, response) => {
      if (request.url === '/oauth/token') tokenRequests += 1;
      void serve(request, response);
    }),
    0,
  );
  const provider = providerAt(url);
  const oidc = provider.callback();

  serve = async (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/interaction/')) return decide(provider, request, response);
    if (path === '/api/v4/user') return whoAmI(provider, request, response);
    await oidc(request, response);
  };

  return {
    url,
    stop,
    tokenRequests: () => tokenRequests,
    agree: agreeAt,
    sendsIssuer: true,
    reuseEndsConsent: true,
  };
}

/** Refresh tokens rotate, and a used one ends everything that came of its consent. */
function providerAt(issuer: string): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['openid', scope],
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      revocation: '/oauth/revoke',
    },
    features: { revocation: { enabled: true }, devInteractions: { enabled: false } },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    ttl: { AccessToken: 7200, RefreshToken: 86_400, Grant: 86_400, Session: 600, Interaction: 600 },
    pkce: { required: () => true },
    cookies: { keys: ['only for these tests'] },
    findAccount: (_, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
  });
}

/** The pages where a person would sign in and agree. */
async function decide(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  const { prompt, session } = await provider.interactionDetails(request, response);
  const accountId = session?.accountId ?? String(person.id);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId } });
    return;
  }
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope);
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { consent });
}

/** GitLab's `GET /user` (docs.gitlab.com/api/users), as far as it is read. */
async function whoAmI(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const token = await provider.AccessToken.find(bearer);
  const [status, body] = token?.isValid ? [200, person] : [401, { message: '401 Unauthorized' }];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
