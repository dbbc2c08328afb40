import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import { CookieJar } from 'tough-cookie';
import { listen } from '../../infra/local/listen.ts';

export const clientId = 'forgebridge';
export const clientSecret = 'a-client-secret-of-some-length';
export const redirectUri = 'https://bridge.example/callback/gitlab-certified';
/** Who signs in there. */
const person = { id: 42, username: 'ada', name: 'Ada' };
const scope = 'api';

/** `oidc-provider`, a certified OpenID provider, at the addresses that GitLab uses. */
export interface CertifiedServer {
  readonly url: string;
  /** How many requests its token endpoint got. */
  tokenRequests(): number;
  /** A person opens the authorize page, signs in and agrees: the callback's URL. */
  agree(authorizeUrl: string): Promise<URL>;
  stop(): Promise<void>;
}

export async function startCertifiedServer(): Promise<CertifiedServer> {
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
    async agree(authorizeUrl) {
      const jar = new CookieJar();
      let at = authorizeUrl;
      while (!at.startsWith(redirectUri)) {
        const cookie = await jar.getCookieString(at);
        const response = await fetch(at, { headers: { cookie }, redirect: 'manual' });
        for (const line of response.headers.getSetCookie()) await jar.setCookie(line, at);
        const next = response.headers.get('location');
        if (next === null) throw new Error(`${response.status} instead of a redirect`);
        at = new URL(next, at).href;
      }
      return new URL(at);
    },
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
