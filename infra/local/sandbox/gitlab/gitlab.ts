import { Hono } from 'hono';
import { bearer, type Host } from '../host.ts';
import { createLimiter } from '../limits.ts';
import { refuse } from '../reply.ts';
import { type StandIn, second } from '../stand-in.ts';
import { mountWeb } from '../web.ts';
import type { Wire } from '../wire.ts';
import { createAccess } from './access.ts';
import { gitlabDocumented } from './documented.ts';
import { mountFiles } from './files.ts';
import { mountOauth } from './oauth.ts';
import { mountProjects } from './projects.ts';

/** GitLab in small: web and OAuth at the origin, REST API at `/api/v4`. */
function createGitlab(host: Host): Hono<Wire> {
  const app = new Hono<Wire>();
  const count = createLimiter(host.rateLimit, host.now);

  app.use('/api/v4/*', async (c, next) => {
    const used = count(bearer(c) ?? 'anonymous');
    if (used.exceeded) {
      c.res = retryLater(Math.max(1, used.reset - Math.floor(host.now() / 1000)));
    } else await next();
    c.res.headers.set('ratelimit-name', 'throttle_authenticated_api');
    c.res.headers.set('ratelimit-limit', String(used.limit));
    c.res.headers.set('ratelimit-observed', String(used.used));
    c.res.headers.set('ratelimit-remaining', String(used.remaining));
    c.res.headers.set('ratelimit-reset', String(used.reset));
  });
  const access = createAccess(host);
  mountOauth(app, host);
  mountProjects(app, host, access);
  mountFiles(app, host, access);
  app.all('/api/v4/*', () => refuse(404, { error: '404 Not Found' }));
  mountWeb(app, host);
  return app;
}

function retryLater(seconds: number): Response {
  const headers = { 'retry-after': String(seconds), 'content-type': 'text/plain' };
  return new Response('Retry later\n', { status: 429, headers });
}

export const gitlab: StandIn = {
  settings: () => ({
    kind: 'gitlab',
    name: 'GitLab (sandbox)',
    clientId: 'sandbox-gitlab-client',
    clientSecret: 'sandbox-client-secret-of-gitlab-0123456789',
    scopes: ['api'],
  }),
  apiPath: '/api/v4',
  oauth: { authorizePath: '/oauth/authorize', tokenPath: '/oauth/token', body: 'form', pkce: true },
  userPath: '/user',
  tokens: () => ({ accessPrefix: '', accessMs: 7200 * second, refreshPrefix: '' }),
  overlap: false,
  rateLimit: { limit: 2000, windowMs: 60 * second },
  tooMany: retryLater,
  nestedGroups: true,
  documented: gitlabDocumented,
  serve: createGitlab,
};
