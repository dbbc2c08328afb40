import { day, hour, type StandIn } from '../stand-in.ts';
import type { Dialect } from '../v5/dialect.ts';
import { createV5 } from '../v5/v5.ts';
import { v5Documented } from './documented.ts';

const dialect: Dialect = {
  defaultBranch: 'main',
  tokenAnswer: { createdAt: (epochMs) => new Date(epochMs).toISOString() },
  unauthorized: () => '401 Unauthorized',
  missingContents: 'not-found',
  ci: false,
  manyFiles: false,
  patchSwitches: false,
  forkAnswer: 'names',
};

export const atomgitV5: StandIn = {
  settings: () => ({
    kind: 'atomgit',
    flavour: 'v5',
    name: 'AtomGit v5 (sandbox)',
    clientId: 'sandbox-atomgit-v5-client',
    clientSecret: 'sandbox-client-secret-of-atomgit-v5-0123456789',
    scopes: ['user_info', 'projects'],
  }),
  apiPath: '/api/v5',
  oauth: {
    authorizePath: '/oauth/authorize',
    tokenPath: '/oauth/token',
    body: 'form',
    pkce: false,
  },
  userPath: '/user',
  tokens: () => ({ accessPrefix: '', accessMs: 15 * day, refreshPrefix: '' }),
  overlap: false,
  rateLimit: { limit: 5000, windowMs: hour },
  documented: v5Documented,
  serve: (host) => createV5(host, dialect),
};
