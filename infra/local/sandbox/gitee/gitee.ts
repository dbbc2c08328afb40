import { day, hour, type StandIn } from '../stand-in.ts';
import type { Dialect } from '../v5/dialect.ts';
import { createV5 } from '../v5/v5.ts';
import { giteeDocumented } from './documented.ts';

const reasons: Readonly<Record<string, string>> = {
  expired: '401 Unauthorized: Access token is expired',
  revoked: '401 Unauthorized: Access token does not exist',
  unknown: '401 Unauthorized: Access token does not exist',
};

const dialect: Dialect = {
  defaultBranch: 'master',
  tokenAnswer: { type: 'bearer', createdAt: (epochMs) => Math.floor(epochMs / 1000) },
  unauthorized: (why) => reasons[why] ?? '401 Unauthorized',
  missingContents: 'empty-list',
  ci: true,
  manyFiles: true,
  patchSwitches: true,
  forkAnswer: 'whole',
};

export const gitee: StandIn = {
  settings: () => ({
    kind: 'gitee',
    name: 'Gitee (sandbox)',
    clientId: 'sandbox-gitee-client',
    clientSecret: 'sandbox-client-secret-of-gitee-0123456789',
    scopes: ['user_info', 'projects', 'groups'],
  }),
  apiPath: '/api/v5',
  oauth: {
    authorizePath: '/oauth/authorize',
    tokenPath: '/oauth/token',
    body: 'form',
    pkce: false,
  },
  userPath: '/user',
  tokens: () => ({ accessPrefix: '', accessMs: day, refreshPrefix: '' }),
  overlap: false,
  rateLimit: { limit: 5000, windowMs: hour },
  documented: giteeDocumented,
  serve: (host) => createV5(host, dialect),
};
