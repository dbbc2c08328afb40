import type { Context, Hono } from 'hono';
import type { Host } from '../host.ts';
import { type Fields, fieldsOf, flagIn, paged, refuse, textIn } from '../reply.ts';
import { namespacesOf } from '../seed.ts';
import type { Wire } from '../wire.ts';
import { type Account, fullName, mayRead, mayWrite, type Repository } from '../world.ts';
import type { Access } from './access.ts';
import type { Dialect } from './dialect.ts';
import { namespaceShape, namesShape, repositoryShape, userShape } from './shapes.ts';

const taken = '已存在同地址仓库（忽略大小写）';

function pathOf(fields: Fields, otherwise?: string): string {
  const path = textIn(fields, 'path') ?? otherwise ?? textIn(fields, 'name');
  if (path === undefined) refuse(400, { message: 'name is missing' });
  if (!/^[A-Za-z][A-Za-z0-9_.-]{1,190}$/.test(path)) {
    refuse(422, { messages: ['路径只能包含字母、数字、下划线、中划线和点，且必须以字母开头'] });
  }
  return path;
}

function apply(repository: Repository, fields: Fields): void {
  repository.name = textIn(fields, 'name') ?? repository.name;
  repository.path = textIn(fields, 'path') ?? repository.path;
  repository.description = textIn(fields, 'description') ?? repository.description;
  repository.homepage = textIn(fields, 'homepage') ?? repository.homepage;
  repository.defaultBranch = textIn(fields, 'default_branch') ?? repository.defaultBranch;
  repository.hasIssues = flagIn(fields, 'has_issues') ?? repository.hasIssues;
  repository.hasWiki = flagIn(fields, 'has_wiki') ?? repository.hasWiki;
  repository.canComment = flagIn(fields, 'can_comment') ?? repository.canComment;
  const hidden = flagIn(fields, 'private');
  if (hidden !== undefined) repository.visibility = hidden ? 'private' : 'public';
}

function mountListing(app: Hono<Wire>, host: Host, access: Access): void {
  const api = '/api/v5';

  function listed<T>(c: Context, items: readonly T[], shape: (item: T) => unknown): Response {
    const page = paged(c, items, new URL(c.req.path, host.settings.apiUrl).href);
    c.header('total_count', String(page.total));
    c.header('total_page', String(page.pages));
    return c.json(page.items.map(shape));
  }
  const repositories = (c: Context, wanted: (each: Repository, login: string) => boolean) => {
    const login = access.login(c);
    const all = host.world.repositories();
    const found = all.filter((each) => mayRead(each, login) && wanted(each, login));
    return listed(c, found, (each) => repositoryShape(host, each, login));
  };
  const organizations = (c: Context) => {
    const own = namespacesOf(host.world, access.login(c)).filter(
      ({ kind }) => kind === 'organization',
    );
    return listed(c, own, (each) => ({ ...userShape(host, each), description: '' }));
  };

  app.get(`${api}/user`, (c) => {
    const account = host.world.account(access.login(c));
    if (account === undefined) refuse(404, { message: '404 Not Found' });
    return c.json({ ...userShape(host, account), email: null });
  });
  app.get(`${api}/user/orgs`, organizations);
  app.get(`${api}/users/orgs`, organizations);
  app.get(`${api}/user/namespace`, (c) => {
    const wanted = c.req.query('path') ?? refuse(400, { message: 'path is missing' });
    const own = namespacesOf(host.world, access.login(c));
    const found = own.find(({ login }) => login.toLowerCase() === wanted.toLowerCase());
    if (found === undefined) refuse(404, { message: '404 Not Found' });
    return c.json([namespaceShape(host, found)]);
  });
  // Documented without pages. Unless all are asked for, only places with repositories are listed.
  app.get(`${api}/user/namespaces`, (c) => {
    const all = namespacesOf(host.world, access.login(c));
    const inUse = (place: Account) =>
      host.world.repositories().some(({ owner }) => owner === place);
    const own = c.req.query('mode') === 'all' ? all : all.filter(inUse);
    return c.json(own.map((each) => namespaceShape(host, each)));
  });
  app.get(`${api}/user/repos`, (c) =>
    repositories(c, (each, login) => mayWrite(each.owner, login)),
  );
  for (const path of ['/orgs/:owner', '/users/:owner']) {
    app.get(api + path, (c) => {
      access.login(c);
      const account = host.world.account(c.req.param('owner') ?? '');
      if (account === undefined) refuse(404, { message: '404 Not Found' });
      return c.json(userShape(host, account));
    });
  }
  for (const path of ['/orgs/:owner/repos', '/users/:owner/repos']) {
    app.get(api + path, (c) => {
      access.login(c);
      const account = host.world.account(c.req.param('owner') ?? '');
      if (account === undefined) refuse(404, { message: '404 Group Not Found' });
      return repositories(c, (each) => each.owner === account);
    });
  }
}

/** Users, namespaces and repositories of the v5 API. */
export function mountRepositories(
  app: Hono<Wire>,
  host: Host,
  access: Access,
  dialect: Dialect,
): void {
  const api = '/api/v5';
  const { world } = host;
  const shown = (c: Context, repository: Repository) =>
    repositoryShape(host, repository, access.login(c));
  const isTaken = (owner: Account, path: string) =>
    world.repository(fullName({ owner, path })) !== undefined;
  mountListing(app, host, access);

  async function create(c: Context, login: string | undefined): Promise<Response> {
    const owner = access.creator(c, login);
    const fields = await fieldsOf(c);
    if (textIn(fields, 'name') === undefined) refuse(400, { message: 'name is missing' });
    const path = pathOf(fields);
    if (isTaken(owner, path)) refuse(422, { error: { base: [taken] } });
    const { defaultBranch } = dialect;
    const repository = world.add({ owner, path, defaultBranch, visibility: 'public' });
    apply(repository, { ...fields, path });
    if (flagIn(fields, 'auto_init') === true) {
      const readme = new Map([['README.md', Buffer.from(`# ${repository.name}\n`)]]);
      world.commit(repository, defaultBranch, access.login(c), 'Initial commit', readme);
    }
    return c.json(shown(c, repository), 201);
  }
  app.post(`${api}/user/repos`, (c) => create(c, undefined));
  app.post(`${api}/orgs/:org/repos`, (c) => create(c, c.req.param('org')));

  app.post(`${api}/repos/:owner/:repo/forks`, async (c) => {
    const source = access.readable(c);
    const fields = await fieldsOf(c);
    const owner = access.creator(c, textIn(fields, 'organization'));
    const path = pathOf(fields, source.path);
    if (isTaken(owner, path)) refuse(422, { messages: [taken] });
    const { visibility, description } = source;
    const target = { owner, path, visibility, description, parent: fullName(source) };
    const repository = world.copy(source, target, 'all');
    repository.name = textIn(fields, 'name') ?? source.name;
    const answer =
      dialect.forkAnswer === 'whole' ? shown(c, repository) : namesShape(host, repository);
    return c.json(answer, 201);
  });

  app.get(`${api}/repos/:owner/:repo`, (c) => c.json(shown(c, access.readable(c))));
  app.patch(`${api}/repos/:owner/:repo`, async (c) => {
    const repository = access.writable(c);
    const fields = await fieldsOf(c);
    if (textIn(fields, 'name') === undefined) refuse(400, { message: 'name is missing' });
    const { has_issues, has_wiki, private: hidden, ...others } = fields;
    const switches = dialect.patchSwitches ? { has_issues, has_wiki } : {};
    const ignored = host.has('ignored-settings');
    apply(repository, ignored ? others : { ...others, ...switches, private: hidden });
    return c.json(shown(c, repository));
  });
  app.delete(`${api}/repos/:owner/:repo`, (c) => {
    world.remove(access.writable(c));
    return c.body(null, 204);
  });
  if (!dialect.patchSwitches) {
    app.put(`${api}/repos/:owner/:repo/module/setting`, async (c) => {
      const repository = access.writable(c);
      const fields = await fieldsOf(c);
      repository.hasIssues = flagIn(fields, 'has_issue') ?? repository.hasIssues;
      repository.hasWiki = flagIn(fields, 'has_wiki') ?? repository.hasWiki;
      return c.json({ has_issue: repository.hasIssues, has_wiki: repository.hasWiki });
    });
  }
  if (dialect.ci) {
    app.post(`${api}/repos/:owner/:repo/open`, (c) => {
      access.writable(c).ci = true;
      return c.body(null, 204);
    });
  }
}
