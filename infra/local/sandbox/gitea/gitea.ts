import { Hono } from 'hono';
import type { Host } from '../host.ts';
import { hour, type StandIn, second } from '../stand-in.ts';
import { mountWeb } from '../web.ts';
import type { Wire } from '../wire.ts';
import { createAccess } from './access.ts';
import { refuseAs } from './answers.ts';
import { mountContents } from './contents.ts';
import { giteaDocumented } from './documented.ts';
import { mountOauth } from './oauth.ts';
import { mountRepositories } from './repositories.ts';

/** Gitea in small, with the answers of a real one: web and OAuth at the origin, API at `/api/v1`. */
function createGitea(host: Host): Hono<Wire> {
  const app = new Hono<Wire>();
  const access = createAccess(host);
  const unlisted = new Set<number>();
  mountOauth(app, host);
  mountRepositories(app, host, access, unlisted);
  mountContents(app, host, access, unlisted);
  app.all('/api/v1/*', () => refuseAs(host, 'no such repository'));
  mountWeb(app, host);
  return app;
}

export const gitea: StandIn = {
  settings: () => ({
    kind: 'gitea',
    name: 'Gitea (sandbox)',
    clientId: '5c7b7f0a-8c53-4c1e-9d0e-sandbox-gitea',
    clientSecret: 'sandbox-client-secret-of-gitea-0123456789',
    scopes: ['write:user', 'write:organization', 'write:repository'],
  }),
  guises: { 'Gitea / Forgejo': {} },
  apiPath: '/api/v1',
  oauth: {
    authorizePath: '/login/oauth/authorize',
    tokenPath: '/login/oauth/access_token',
    body: 'form',
    pkce: true,
  },
  userPath: '/user',
  tokens: () => ({ accessPrefix: '', accessMs: 3600 * second, refreshPrefix: '' }),
  overlap: true,
  ciFromTheStart: true,
  // A Gitea counts nothing by itself; what stands before it may.
  rateLimit: { limit: 100_000, windowMs: hour },
  documented: giteaDocumented,
  serve: createGitea,
};
