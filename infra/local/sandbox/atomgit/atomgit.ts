import { type Context, Hono } from 'hono';
import { mountConsent } from '../consent.ts';
import { bearer, type Host, presented } from '../host.ts';
import { createLimiter } from '../limits.ts';
import { isoTime, jsonOf, paged, refuse, textIn } from '../reply.ts';
import { day, hour, type StandIn } from '../stand-in.ts';
import type { Pair, Token } from '../tokens.ts';
import { mountWeb } from '../web.ts';
import type { Wire } from '../wire.ts';
import { fullName, mayRead, type Repository } from '../world.ts';
import { guideDocumented } from './documented.ts';
import { mountInstallations } from './installations.ts';

const refreshMs = 184 * day;

/** Both expiries are absolute epoch milliseconds; no token type, no scope. */
function issued(c: Context, { access, refresh }: Pair): Response {
  const whole = (time: number | undefined) => (time === undefined ? undefined : Math.round(time));
  return c.json({
    access_token: access.value,
    expires_in: whole(access.expiresAt),
    refresh_token: refresh?.value,
    refresh_token_expires_in: whole(refresh?.expiresAt),
  });
}

/** JSON only: a form is not understood. */
function mountToken(app: Hono<Wire>, host: Host): void {
  const failed = (c: Context, error: string, status: 400 | 401 = 400) =>
    c.json({ error, error_description: error.replaceAll('_', ' ') }, status);

  app.post('/login/oauth/access_token', async (c) => {
    const fields = await jsonOf(c);
    if (fields === undefined)
      return c.json({ message: 'Content type must be application/json' }, 415);
    const { clientId, clientSecret } = host.settings;
    const text = (name: string) => textIn(fields, name) ?? '';
    if (text('client_id') !== clientId || text('client_secret') !== clientSecret) {
      return failed(c, 'invalid_client', 401);
    }
    if (text('grant_type') === 'refresh_token') {
      const pair = host.tokens.renew(text('refresh_token'), refreshMs);
      return pair === undefined ? failed(c, 'invalid_grant') : issued(c, pair);
    }
    const grant = host.tokens.redeem(text('code'), undefined);
    return grant === undefined ? failed(c, 'invalid_grant') : issued(c, host.tokens.issue(grant));
  });
}

function repositoryShape({ settings }: Host, repository: Repository) {
  const full = fullName(repository);
  return {
    id: repository.id,
    name: repository.path,
    full_name: full,
    description: repository.description,
    private: repository.visibility !== 'public',
    default_branch: repository.defaultBranch,
    html_url: `${settings.webUrl}/${full}`,
    git_url: `git@localhost:${full}.git`,
    created_at: isoTime(repository.createdAt, '+08:00'),
  };
}

function mountApi(app: Hono<Wire>, host: Host): void {
  const held = (c: Context): Token => {
    const token = presented(host, c);
    return typeof token === 'string' ? refuse(401, { message: 'Unauthorized' }) : token;
  };
  const list = (c: Context, owner: string): Response => {
    const { grant, installation } = held(c);
    const account = host.world.account(owner);
    const foreign = installation !== undefined && installation.account !== account?.login;
    if (account === undefined || foreign) refuse(404, { message: 'Not Found' });
    const own = host.world.repositories().filter((each) => each.owner === account);
    const seen = own.filter((each) => installation !== undefined || mayRead(each, grant.login));
    const page = paged(c, seen, new URL(c.req.path, host.settings.apiUrl).href);
    if (host.options.atomgitLinkHeader === true && page.link !== undefined)
      c.header('link', page.link);
    return c.json(page.items.map((each) => repositoryShape(host, each)));
  };
  app.get('/user/info', (c) => {
    const account = host.world.account(held(c).grant.login);
    if (account === undefined) refuse(404, { message: 'Not Found' });
    const { id, name, createdAt } = account;
    return c.json({
      id: String(id),
      login: account.login,
      name,
      html_url: `${host.settings.webUrl}/${account.login}`,
      created_at: isoTime(createdAt, '+08:00'),
    });
  });
  app.get('/user/:username/repos', (c) => list(c, c.req.param('username')));
  app.get('/orgs/:path/repos', (c) => list(c, c.req.param('path')));
}

/** AtomGit as of 2023: web, OAuth and API on one origin. It lists; it creates nothing. */
function createAtomgit(host: Host): Hono<Wire> {
  const app = new Hono<Wire>();
  const count = createLimiter(host.rateLimit, host.now);
  const limited = ['/user/*', '/orgs/*', '/app/*'];

  for (const path of limited) {
    app.use(path, async (c, next) => {
      const used = count(bearer(c) ?? 'anonymous');
      const headers = {
        'x-ratelimit-limit': String(used.limit),
        'x-ratelimit-remaining': String(used.remaining),
        'x-ratelimit-used': String(used.used),
        'x-ratelimit-reset': String(used.reset),
      };
      if (used.exceeded) refuse(403, { message: 'API rate limit exceeded' }, headers);
      await next();
      for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    });
  }
  mountConsent(app, host, {
    path: '/login/oauth/authorize',
    pkce: false,
    unknownScope: 'drop',
    denial: { error: 'access_denied' },
  });
  mountToken(app, host);
  mountInstallations(app, host);
  mountApi(app, host);
  for (const path of limited) app.all(path, () => refuse(404, { message: 'Not Found' }));
  mountWeb(app, host, `/apps/${host.settings.appSlug}/installations/new`);
  return app;
}

export const atomgit: StandIn = {
  settings: () => ({
    kind: 'atomgit',
    flavour: '2023',
    name: 'AtomGit (sandbox)',
    clientId: 'Iv1.sandbox0atomgit1',
    clientSecret: 'sandbox-client-secret-of-atomgit-0123456789',
    scopes: [],
    appId: '75',
    appSlug: 'sandbox-app',
  }),
  apiPath: '',
  oauth: {
    authorizePath: '/login/oauth/authorize',
    tokenPath: '/login/oauth/access_token',
    body: 'json',
    pkce: false,
  },
  userPath: '/user/info',
  tokens: () => ({
    accessPrefix: 'atu_',
    accessMs: 8 * hour,
    refreshPrefix: 'refresh_',
    refreshMs,
  }),
  overlap: true,
  rateLimit: { limit: 5000, windowMs: hour },
  documented: guideDocumented,
  serve: createAtomgit,
};
