import { Hono } from 'hono';
import { bearer, type Host } from '../host.ts';
import { createLimiter } from '../limits.ts';
import { defaultRateLimits } from '../options.ts';
import { refuse } from '../reply.ts';
import { mountWeb } from '../web.ts';
import { tooMany, type Wire } from '../wire.ts';
import { createAccess } from './access.ts';
import { mountFiles } from './files.ts';
import { mountOauth } from './oauth.ts';
import { mountProjects } from './projects.ts';

/** GitLab in small: web and OAuth at the origin, REST API at `/api/v4`. */
export function createGitlab(host: Host): Hono<Wire> {
  const app = new Hono<Wire>();
  const count = createLimiter(
    host.options.rateLimits?.gitlab ?? defaultRateLimits.gitlab,
    host.now,
  );

  app.use('/api/v4/*', async (c, next) => {
    const used = count(bearer(c) ?? 'anonymous');
    if (used.exceeded) {
      c.res = tooMany('gitlab', Math.max(1, used.reset - Math.floor(host.now() / 1000)));
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
