import { Hono } from 'hono';
import { mountConsent } from '../consent.ts';
import { secondsLeft, type TokenEndpoint, tokenEndpoint } from '../doorkeeper.ts';
import { bearer, type Host } from '../host.ts';
import { createLimiter } from '../limits.ts';
import { refuse } from '../reply.ts';
import { mountWeb } from '../web.ts';
import { tooMany, type Wire } from '../wire.ts';
import { createAccess } from './access.ts';
import { mountContents } from './contents.ts';
import type { Dialect } from './dialect.ts';
import { mountRepositories } from './repositories.ts';

const scopes = [
  'user_info',
  'projects',
  'groups',
  'hook',
  'gists',
  'all_user',
  'all_projects',
  'all_groups',
];

const descriptions = {
  invalid_grant: '授权方式无效，或者登录回调地址无效、过期或已被撤销',
  invalid_client: '客户端验证失败，未知的客户端或者客户端密钥错误',
  unsupported_grant_type: '授权服务器不支持此类型的授权',
  invalid_request: '请求缺少必要的参数',
};

function endpointOf({ tokenAnswer }: Dialect): TokenEndpoint {
  return {
    descriptions,
    refreshNeedsRedirectUri: false,
    refreshWithoutClient: true,
    answer: ({ access, refresh }, host) => ({
      access_token: access.value,
      token_type: tokenAnswer.type,
      expires_in: secondsLeft(host, access.expiresAt),
      refresh_token: refresh?.value,
      scope: access.grant.scopes.join(' '),
      created_at: tokenAnswer.createdAt(access.createdAt),
    }),
  };
}

/** Gitee or AtomGit v5 in small: web and OAuth at the origin, REST API at `/api/v5`. */
export function createV5(host: Host, dialect: Dialect): Hono<Wire> {
  const app = new Hono<Wire>();
  const count = createLimiter(host.rateLimit, host.now);

  app.use('/api/v5/*', async (c, next) => {
    const used = count(bearer(c) ?? 'anonymous');
    if (used.exceeded) {
      c.res = tooMany(Math.max(1, used.reset - Math.floor(host.now() / 1000)));
    } else await next();
    c.res.headers.set('x-ratelimit-limit', String(used.limit));
    c.res.headers.set('x-ratelimit-remaining', String(used.remaining));
    c.res.headers.set('x-ratelimit-reset', String(used.reset));
  });
  mountConsent(app, host, {
    path: '/oauth/authorize',
    pkce: false,
    scopes,
    unknownScope: 'refuse',
    denial: { error: 'access_denied', error_description: '用户或服务器拒绝了请求' },
  });
  app.post('/oauth/token', tokenEndpoint(host, endpointOf(dialect)));
  const access = createAccess(host, dialect);
  mountRepositories(app, host, access, dialect);
  mountContents(app, host, access, dialect);
  app.all('/api/v5/*', () => refuse(404, { message: '404 Not Found' }));
  mountWeb(app, host);
  return app;
}
