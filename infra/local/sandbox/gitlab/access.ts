import type { Context } from 'hono';
import { type Host, presented } from '../host.ts';
import { refuse } from '../reply.ts';
import { type Account, mayRead, mayWrite, type Repository } from '../world.ts';

/** What GitLab lets one request do; every refusal ends the request with GitLab's own body. */
export interface Access {
  login(c: Context): string;
  /** The project of `:id`: a number or the encoded path. */
  readable(c: Context): Repository;
  writable(c: Context): Repository;
  /** The namespace to create in. */
  creator(c: Context, key: string | undefined): Account;
}

const reasons: Readonly<Record<string, string>> = {
  revoked: 'Token was revoked. You have to re-authorize from the user.',
  expired: 'Token is expired. You can either do re-authorization or token refresh.',
  unknown: 'Bad Access Token.',
};

/** GitLab's 401 for each way in which a token is not good. */
export function unauthorized(why: string): never {
  const error_description = reasons[why];
  if (error_description === undefined) refuse(401, { message: '401 Unauthorized' });
  refuse(401, { error: 'invalid_token', error_description });
}

function insufficient(scope: string): never {
  refuse(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope,
  });
}

/** Reads need `api` or `read_api`, the rest `api`; `read_user` is enough for the user alone. */
export function createAccess(host: Host): Access {
  function login(c: Context): string {
    const token = presented(host, c);
    if (typeof token === 'string') return unauthorized(token);
    const enough = ['api'];
    if (c.req.method === 'GET') enough.push('read_api');
    if (c.req.path.endsWith('/user')) enough.push('read_user');
    if (!token.grant.scopes.some((scope) => enough.includes(scope))) insufficient(enough.join(' '));
    return token.grant.login;
  }
  function readable(c: Context): Repository {
    const user = login(c);
    const id = c.req.param('id') ?? '';
    const found = host.world.repository(/^\d+$/.test(id) ? Number(id) : id);
    if (found !== undefined && mayRead(found, user)) return found;
    const moved = host.world.formerly(id);
    if (moved === undefined || !mayRead(moved, user)) {
      refuse(404, { message: '404 Project Not Found' });
    }
    if (c.req.method !== 'GET') {
      refuse(405, { message: 'Non GET methods are not allowed for moved projects' });
    }
    const location = `${host.settings.apiUrl}/projects/${moved.id}`;
    refuse(302, { message: 'This resource has been moved', location }, { location });
  }
  return {
    login,
    readable,
    writable(c) {
      const project = readable(c);
      if (!mayWrite(project.owner, login(c))) refuse(403, { message: '403 Forbidden' });
      return project;
    },
    creator(c, key) {
      const user = login(c);
      const account = host.world.accounts.find(
        (each) =>
          each.login.toLowerCase() === (key ?? user).toLowerCase() || String(each.id) === key,
      );
      if (account !== undefined && mayWrite(account, user)) return account;
      refuse(404, { message: '404 Target Namespace Not Found' });
    },
  };
}
