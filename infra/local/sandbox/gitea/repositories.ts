import type { Context, Hono } from 'hono';
import type { Host } from '../host.ts';
import { type Fields, fieldsOf, flagIn, textIn } from '../reply.ts';
import { namespacesOf } from '../seed.ts';
import type { Wire } from '../wire.ts';
import { type Account, fullName, mayRead, mayWrite, type Repository } from '../world.ts';
import type { Access } from './access.ts';
import { recorded, refuseAs } from './answers.ts';
import { organizationShape, repositoryShape, userShape } from './shapes.ts';

/** Sends one page with Gitea's paging headers; `limit` is at most 50. */
function listed<T>(c: Context, host: Host, items: readonly T[], shape: (item: T) => unknown) {
  const limit = Math.min(50, Number(c.req.query('limit') ?? 30) || 30);
  const page = Math.max(1, Number(c.req.query('page') ?? 1) || 1);
  const pages = Math.ceil(items.length / limit);
  const to = (target: number, rel: string) => {
    const url = new URL(c.req.path, host.settings.webUrl);
    url.search = new URLSearchParams({ limit: String(limit), page: String(target) }).toString();
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page < pages ? [to(page + 1, 'next'), to(pages, 'last')] : []),
    ...(page > 1 ? [to(1, 'first'), to(page - 1, 'prev')] : []),
  ];
  if (links.length > 0) c.header('link', links.join(','));
  c.header('x-total-count', String(items.length));
  return c.json(items.slice((page - 1) * limit, page * limit).map(shape));
}

function mountListing(app: Hono<Wire>, host: Host, access: Access): void {
  const at = (path: string) => `/api/v1${path}`;
  const { world } = host;
  const list = (c: Context, login: string, all: readonly Repository[]) =>
    listed(c, host, all, (each) => repositoryShape(host, each, login));

  app.get(at('/version'), (c) => c.json(recorded(host, 'version').body));
  app.get(at('/user'), (c) => {
    const account = world.account(access.login(c, 'read:user'));
    return account === undefined
      ? refuseAs(host, 'token of nobody')
      : c.json(userShape(host, account));
  });
  app.get(at('/user/orgs'), (c) => {
    const login = access.login(c, 'read:user');
    access.login(c, 'read:organization');
    const own = namespacesOf(world, login).filter(({ kind }) => kind === 'organization');
    const byName = [...own].sort((one, other) => one.login.localeCompare(other.login));
    return listed(c, host, byName, (each) => organizationShape(host, each));
  });
  app.get(at('/orgs/:owner'), (c) => {
    access.login(c, 'read:organization');
    const name = c.req.param('owner') ?? '';
    const found = world.account(name);
    if (found?.kind === 'organization') return c.json(organizationShape(host, found));
    return refuseAs(host, 'no such organization', { nobody: name });
  });
  app.get(at('/user/repos'), (c) => {
    const login = access.login(c, 'read:user');
    access.login(c, 'read:repository');
    const own = world.repositories().filter(({ owner }) => mayWrite(owner, login));
    return list(c, login, own);
  });
  for (const [path, kind] of [
    ['/users/:owner/repos', 'user'],
    ['/orgs/:owner/repos', 'organization'],
  ]) {
    app.get(at(path ?? ''), (c) => {
      const login = access.login(c, kind === 'user' ? 'read:user' : 'read:organization');
      const name = c.req.param('owner') ?? '';
      const owner = world.account(name);
      if (owner?.kind !== kind) return refuseAs(host, 'no such organization', { nobody: name });
      const inside = world.repositories().filter((each) => each.owner === owner);
      return list(
        c,
        login,
        inside.filter((each) => mayRead(each, login)),
      );
    });
  }
}

/** Users, organisations and repositories of Gitea's REST API; `unlisted` are those just generated. */
export function mountRepositories(
  app: Hono<Wire>,
  host: Host,
  access: Access,
  unlisted: Set<number>,
): void {
  const root = '/api/v1/repos/:owner/:repo';
  const { world } = host;
  mountListing(app, host, access);

  const taken = (owner: Account, path: string) =>
    world.repository(fullName({ owner, path })) !== undefined;
  const shown = (repository: Repository, login: string) => repositoryShape(host, repository, login);

  function create(c: Context, owner: Account, fields: Fields, login: string): Response {
    const path = textIn(fields, 'name') ?? '';
    if (taken(owner, path)) return refuseAs(host, 'created, taken');
    const description = textIn(fields, 'description') ?? '';
    const visibility = flagIn(fields, 'private') === true ? 'private' : 'public';
    const repository = world.add({ owner, path, description, visibility, ci: true });
    if (flagIn(fields, 'auto_init') === true) {
      const readme = `# ${path}\n${description}`;
      const files = new Map([['README.md', Buffer.from(readme)]]);
      world.commit(repository, 'main', login, 'Initial commit', files);
    }
    return c.json(shown(repository, login), 201);
  }
  app.post('/api/v1/user/repos', async (c) => {
    const login = access.login(c, 'write:user');
    const owner = world.account(login);
    if (owner === undefined) return refuseAs(host, 'token of nobody');
    return create(c, owner, await fieldsOf(c), login);
  });
  app.post('/api/v1/orgs/:org/repos', async (c) => {
    const login = access.login(c, 'write:organization');
    const owner = access.organization(c, c.req.param('org'), 'created in no organization');
    return create(c, owner, await fieldsOf(c), login);
  });

  function generatingFor(name: string, login: string): Account {
    const owner = world.account(name);
    if (owner === undefined) return refuseAs(host, 'generated for nobody', { nobody: name });
    if (mayWrite(owner, login)) return owner;
    if (owner.kind === 'user') return refuseAs(host, 'generated for another user');
    refuseAs(host, 'generated in an organization of others');
  }
  app.post(`${root}/generate`, async (c) => {
    const source = access.readable(c);
    const login = access.login(c, 'write:repository');
    const fields = await fieldsOf(c);
    if (!source.isTemplate) return refuseAs(host, 'generated from no template');
    if (flagIn(fields, 'git_content') !== true) {
      return refuseAs(host, 'generated without content');
    }
    const owner = generatingFor(textIn(fields, 'owner') ?? '', login);
    const path = textIn(fields, 'name') ?? '';
    if (taken(owner, path)) return refuseAs(host, 'generated, taken');
    const description = textIn(fields, 'description') ?? '';
    const visibility = flagIn(fields, 'private') === true ? 'private' : 'public';
    const template = fullName(source);
    const repository = world.add({ owner, path, description, visibility, template, ci: true });
    const files = world.tree(source, source.defaultBranch) ?? new Map();
    const content = new Map(
      [...files].map(([name, { sha }]) => [name, world.objects.blob(sha)] as const),
    );
    if (content.size > 0) {
      world.commit(repository, source.defaultBranch, login, 'Initial commit', content);
      unlisted.add(repository.id);
    }
    return c.json({ ...shown(repository, login), default_branch: '' }, 201);
  });

  app.post(`${root}/forks`, async (c) => {
    const source = access.readable(c);
    const login = access.login(c, 'write:repository');
    const fields = await fieldsOf(c);
    const wanted = textIn(fields, 'organization');
    const owner =
      wanted === undefined
        ? world.account(login)
        : access.organization(c, wanted, 'forked into no organization');
    if (owner === undefined) return refuseAs(host, 'token of nobody');
    const path = textIn(fields, 'name') ?? source.path;
    const parent = fullName(source);
    const there = world
      .repositories()
      .find((each) => each.owner === owner && each.parent === parent);
    if (there !== undefined) {
      return refuseAs(host, 'forked again', {
        'sandbox-user/fork': fullName(there),
        'templates/starter': parent,
        'uname: sandbox-user': `uname: ${owner.login}`,
      });
    }
    if (taken(owner, path)) {
      return refuseAs(host, 'forked, taken', { 'sandbox-user': owner.login, notes: path });
    }
    const { description, visibility, defaultBranch } = source;
    const to = { owner, path, parent, description, visibility, defaultBranch };
    // A fork has no issues, no wiki and no Actions until somebody turns them on.
    const repository = world.add({ ...to, hasIssues: false, hasWiki: false, ci: false });
    for (const [branch, sha] of source.branches) repository.branches.set(branch, sha);
    return c.json(shown(repository, login), 202);
  });

  app.get(root, (c) => {
    const repository = access.readable(c);
    return c.json(shown(repository, access.login(c, 'read:repository')));
  });
  app.patch(root, async (c) => {
    const repository = access.writable(c, 'configured at others');
    const fields = await fieldsOf(c);
    if (host.has('ignored-settings')) {
      return c.json(shown(repository, access.login(c, 'write:repository')));
    }
    const hidden = flagIn(fields, 'private');
    repository.description = textIn(fields, 'description') ?? repository.description;
    repository.homepage = textIn(fields, 'website') ?? repository.homepage;
    if (hidden !== undefined) repository.visibility = hidden ? 'private' : 'public';
    repository.hasIssues = flagIn(fields, 'has_issues') ?? repository.hasIssues;
    repository.hasWiki = flagIn(fields, 'has_wiki') ?? repository.hasWiki;
    repository.ci = flagIn(fields, 'has_actions') ?? repository.ci;
    return c.json(shown(repository, access.login(c, 'write:repository')));
  });
  app.delete(root, (c) => {
    world.remove(access.writable(c, 'deleted at others'));
    return c.body(null, 204);
  });
}
