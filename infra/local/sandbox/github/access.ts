import type { Context } from 'hono';
import { type Host, presented } from '../host.ts';
import { refuse } from '../reply.ts';
import type { Token } from '../tokens.ts';
import { type Account, mayRead, mayWrite, type Repository } from '../world.ts';

/** What GitHub lets one request do; every refusal ends the request with GitHub's own body. */
export interface Access {
  token(c: Context): Token;
  login(c: Context): string;
  /** The repository of the path, when it may be seen. */
  readable(c: Context): Repository;
  writable(c: Context): Repository;
  /** The account in which to create. */
  creator(c: Context, login: string): Account;
  /** Whether the token may change files under `.github/workflows/`; ends the request if not. */
  workflows(c: Context, paths: readonly string[]): void;
}

const docs = 'https://docs.github.com/rest';

/** 404, GitHub's answer for what is not there and for what is hidden. */
export function notFound(): never {
  refuse(404, { message: 'Not Found', documentation_url: docs, status: '404' });
}

function forbidden(): never {
  refuse(403, {
    message: 'Resource not accessible by integration',
    documentation_url: docs,
    status: '403',
  });
}

/** The permissions of one installation of the GitHub App. */
export function permissionsOf(host: Host): Readonly<Record<string, string>> {
  return (
    host.options.githubPermissions ?? {
      administration: 'write',
      contents: 'write',
      metadata: 'read',
      workflows: 'write',
    }
  );
}

/** GitHub App: what the installation covers. OAuth App: what the scopes cover. */
export function createAccess(host: Host): Access {
  const oauthApp = host.options.githubApp === 'oauth-app';

  function token(c: Context): Token {
    const found = presented(host, c, ['bearer', 'token']);
    if (found === 'none') {
      refuse(401, { message: 'Requires authentication', documentation_url: docs, status: '401' });
    }
    if (typeof found === 'string') {
      refuse(401, { message: 'Bad credentials', documentation_url: docs, status: '401' });
    }
    return found;
  }

  const permissions = (held: Token) => held.installation?.permissions ?? permissionsOf(host);

  function covers(held: Token, account: Account): boolean {
    if (held.installation !== undefined) return held.installation.account === account.login;
    return oauthApp ? held.grant.scopes.includes('repo') : account.installation !== undefined;
  }
  function inNarrowing(held: Token, repository: Repository): boolean {
    return held.installation?.repositories?.includes(repository.path) ?? true;
  }
  function member(held: Token, account: Account): boolean {
    return held.installation !== undefined || mayWrite(account, held.grant.login);
  }
  function sees(held: Token, repository: Repository): boolean {
    if (repository.visibility === 'public') return true;
    if (!covers(held, repository.owner) || !inNarrowing(held, repository)) return false;
    return held.installation !== undefined || mayRead(repository, held.grant.login);
  }
  function readable(c: Context): Repository {
    const held = token(c);
    const name = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const repository = host.world.repository(c.req.param('id') ? Number(c.req.param('id')) : name);
    if (repository !== undefined && sees(held, repository)) return repository;
    const moved = host.world.formerly(name);
    return moved !== undefined && sees(held, moved) ? leadOn(c, moved) : notFound();
  }
  /** A former name: reads are led on with 301, writes with 307. */
  function leadOn(c: Context, { id }: Repository): never {
    const { apiUrl } = host.settings;
    const below = c.req.path.split('/repos/')[1]?.split('/').slice(2) ?? [];
    const url = [`${apiUrl}/repositories/${id}`, ...below].join('/');
    const status = c.req.method === 'GET' ? 301 : 307;
    refuse(
      status,
      { message: 'Moved Permanently', url, documentation_url: docs },
      { location: url },
    );
  }
  return {
    token,
    login: (c) => token(c).grant.login,
    readable,
    writable(c) {
      const held = token(c);
      const repository = readable(c);
      if (!member(held, repository.owner)) {
        refuse(403, { message: 'Must have push access to view repository.', status: '403' });
      }
      const granted = permissions(held).contents === 'write' || oauthApp;
      if (covers(held, repository.owner) && inNarrowing(held, repository) && granted)
        return repository;
      return oauthApp ? notFound() : forbidden();
    },
    creator(c, login) {
      const held = token(c);
      const account = host.world.account(login);
      if (account === undefined || !member(held, account)) return notFound();
      const granted = permissions(held).administration === 'write' || oauthApp;
      if (covers(held, account) && granted) return account;
      return oauthApp ? notFound() : forbidden();
    },
    workflows(c, paths) {
      if (!paths.some((path) => path.startsWith('.github/workflows/'))) return;
      const held = token(c);
      if (oauthApp && held.installation === undefined) {
        if (!held.grant.scopes.includes('workflow')) notFound();
      } else if (permissions(held).workflows !== 'write') forbidden();
    },
  };
}
