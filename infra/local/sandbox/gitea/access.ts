import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type Host, presented } from '../host.ts';
import { type Account, fullName, mayRead, mayWrite, type Repository } from '../world.ts';
import { refuseAs } from './answers.ts';

/** What Gitea lets one request do; every refusal ends the request with Gitea's own body. */
export interface Access {
  /** Whose request it is; `scope` is what its token must hold (docs.gitea.com/development/oauth2-provider#scopes). */
  login(c: Context, scope: string): string;
  readable(c: Context): Repository;
  /** `otherwise` is the answer for a repository that this user only reads. */
  writable(c: Context, otherwise: string): Repository;
  /** The organisation of that name, to create in; `none` is the answer where there is none. */
  organization(c: Context, name: string, none: string): Account;
}

export function createAccess(host: Host): Access {
  function login(c: Context, scope: string): string {
    const token = presented(host, c);
    if (typeof token === 'string') return refuseAs(host, 'token of nobody');
    const { scopes } = token.grant;
    const enough = [scope, scope.replace('read:', 'write:'), 'all'];
    if (!scopes.some((each) => enough.includes(each))) {
      refuseAs(host, 'scope lacking', { 'write:user': scope, 'read:user': scopes.join(',') });
    }
    return token.grant.login;
  }
  function readable(c: Context): Repository {
    const scope = c.req.method === 'GET' ? 'read:repository' : 'write:repository';
    const user = login(c, scope);
    const found = host.world.repository(`${c.req.param('owner')}/${c.req.param('repo')}`);
    if (found !== undefined && mayRead(found, user)) return found;
    const moved = host.world.formerly(`${c.req.param('owner')}/${c.req.param('repo')}`);
    if (moved === undefined || !mayRead(moved, user)) return refuseAs(host, 'no such repository');
    const location = `/api/v1/repos/${fullName(moved)}`;
    throw new HTTPException(301, { res: c.body(null, 301, { location }) });
  }
  return {
    login,
    readable,
    writable(c, otherwise) {
      const repository = readable(c);
      if (mayWrite(repository.owner, login(c, 'write:repository'))) return repository;
      refuseAs(host, otherwise);
    },
    organization(c, name, none) {
      const found = host.world.account(name);
      if (found?.kind !== 'organization') return refuseAs(host, none, { nobody: name });
      if (mayWrite(found, login(c, 'read:user'))) return found;
      refuseAs(host, 'created in an organization of others');
    },
  };
}
