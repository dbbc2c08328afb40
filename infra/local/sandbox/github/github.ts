import { Hono } from 'hono';
import { bearer, type Host } from '../host.ts';
import { createLimiter } from '../limits.ts';
import { refuse, refuseText } from '../reply.ts';
import { hour, type StandIn, second } from '../stand-in.ts';
import { mountWeb } from '../web.ts';
import type { Wire } from '../wire.ts';
import { createAccess, notFound } from './access.ts';
import { mountContents } from './contents.ts';
import { githubDocumented } from './documented.ts';
import { mountGitData } from './gitdata.ts';
import { mountInstallations } from './installations.ts';
import { mountApplications, mountOauth } from './oauth.ts';
import { mountRepositories } from './repositories.ts';

const noUserAgent =
  'Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.\n';

/** GitHub Enterprise Server in small: web and OAuth at the origin, REST API at `/api/v3`. */
function createGithub(host: Host): Hono<Wire> {
  const app = new Hono<Wire>();
  const api = new URL(host.settings.apiUrl).pathname;
  const count = createLimiter(host.rateLimit, host.now);

  app.use(`${api}/*`, async (c, next) => {
    if ((c.req.header('user-agent') ?? '') === '') refuseText(403, noUserAgent);
    const used = count(bearer(c, ['bearer', 'token']) ?? 'anonymous');
    const headers = {
      'x-ratelimit-limit': String(used.limit),
      'x-ratelimit-remaining': String(used.remaining),
      'x-ratelimit-used': String(used.used),
      'x-ratelimit-reset': String(used.reset),
      'x-ratelimit-resource': 'core',
    };
    if (used.exceeded) {
      const documentation_url =
        'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api';
      refuse(
        403,
        { message: 'API rate limit exceeded.', documentation_url, status: '403' },
        headers,
      );
    }
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  });

  const access = createAccess(host);
  mountOauth(app, host);
  mountApplications(app, host, api);
  if (host.settings.appId !== undefined) mountInstallations(app, host, access);
  mountRepositories(app, host, access);
  mountContents(app, host, access);
  mountGitData(app, host, access);
  app.all(`${api}/*`, () => notFound());
  // An Enterprise Server, as the API's path says, has its apps under another path than github.com.
  mountWeb(app, host, `/github-apps/${host.settings.appSlug}/installations/new`);
  return app;
}

export const github: StandIn = {
  guises: { 'GitHub App': {}, 'GitHub OAuth app': { githubApp: 'oauth-app' } },
  settings: ({ githubApp }) => ({
    kind: 'github',
    name: 'GitHub (sandbox)',
    clientId: 'Iv1.sandbox0github01',
    clientSecret: 'sandbox-client-secret-of-github-0123456789',
    ...(githubApp === 'oauth-app'
      ? { scopes: ['repo', 'workflow', 'read:org', 'offline_access'] }
      : { scopes: [], appId: '4711', appSlug: 'sandbox-app' }),
  }),
  apiPath: '/api/v3',
  oauth: {
    authorizePath: '/login/oauth/authorize',
    tokenPath: '/login/oauth/access_token',
    body: 'form',
    pkce: true,
  },
  userPath: '/user',
  tokens: ({ githubApp, githubExpiry }) => ({
    accessPrefix: githubApp === 'oauth-app' ? 'gho_' : 'ghu_',
    accessMs: 28_800 * second,
    refreshPrefix: 'ghr_',
    refreshMs: 15_811_200 * second,
    ...(githubApp === 'oauth-app' && githubExpiry !== true ? { mortalBy: 'offline_access' } : {}),
  }),
  overlap: false,
  rateLimit: { limit: 5000, windowMs: hour },
  documented: githubDocumented,
  serve: createGithub,
};
