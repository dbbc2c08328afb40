import type { Context } from 'hono';
import { type Host, presented } from '../host.ts';
import { refuse } from '../reply.ts';
import { type Account, mayRead, mayWrite, type Repository } from '../world.ts';
import type { Dialect } from './dialect.ts';

/** What Gitee or AtomGit v5 lets one request do; refusals end the request with the host's body. */
export interface Access {
  login(c: Context): string;
  readable(c: Context): Repository;
  writable(c: Context): Repository;
  creator(c: Context, login: string | undefined): Account;
}

/** Repository calls need the scope `projects`. */
export function createAccess(host: Host, dialect: Dialect): Access {
  function login(c: Context): string {
    const token = presented(host, c);
    if (typeof token === 'string') return refuse(401, { message: dialect.unauthorized(token) });
    const needed = /\/repos(\/|$)/.test(c.req.path) ? 'projects' : 'user_info';
    if (!token.grant.scopes.includes(needed)) refuse(403, { message: '403 Forbidden' });
    return token.grant.login;
  }
  function readable(c: Context): Repository {
    const user = login(c);
    const found = host.world.repository(`${c.req.param('owner')}/${c.req.param('repo')}`);
    if (found !== undefined && mayRead(found, user)) return found;
    refuse(404, { message: '404 Project Not Found' });
  }
  return {
    login,
    readable,
    writable(c) {
      const repository = readable(c);
      if (!mayWrite(repository.owner, login(c))) refuse(403, { message: '403 Forbidden' });
      return repository;
    },
    creator(c, wanted) {
      const user = login(c);
      const account = host.world.account(wanted ?? user);
      if (account !== undefined && mayWrite(account, user)) return account;
      refuse(404, { message: '404 Group Not Found' });
    },
  };
}
