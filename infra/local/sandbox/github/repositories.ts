import type { Context, Hono } from 'hono';
import type { Host } from '../host.ts';
import { type Fields, fieldsOf, flagIn, paged, refuse, textIn } from '../reply.ts';
import { namespacesOf } from '../seed.ts';
import type { Wire } from '../wire.ts';
import {
  type Account,
  fullName,
  mayRead,
  mayWrite,
  type Repository,
  type Visibility,
} from '../world.ts';
import { type Access, notFound } from './access.ts';
import { fullRepositoryShape, organizationShape, repositoryShape, userShape } from './shapes.ts';

const cloneRefusal = 'Could not clone: Name already exists on this account';

function nameOf(fields: Fields): string {
  const name = (textIn(fields, 'name') ?? '').replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 100);
  if (name === '') {
    refuse(422, {
      message: 'Repository creation failed.',
      errors: [{ resource: 'Repository', code: 'missing_field', field: 'name' }],
      status: '422',
    });
  }
  return name;
}

function visibilityOf(fields: Fields, otherwise: Visibility): Visibility {
  const asked = textIn(fields, 'visibility');
  if (asked === 'public' || asked === 'private' || asked === 'internal') return asked;
  const hidden = flagIn(fields, 'private');
  if (hidden === undefined) return otherwise;
  return hidden ? 'private' : 'public';
}

function apply(repository: Repository, fields: Fields): void {
  repository.description = textIn(fields, 'description') ?? repository.description;
  repository.homepage = textIn(fields, 'homepage') ?? repository.homepage;
  repository.visibility = visibilityOf(fields, repository.visibility);
  repository.hasIssues = flagIn(fields, 'has_issues') ?? repository.hasIssues;
  repository.hasWiki = flagIn(fields, 'has_wiki') ?? repository.hasWiki;
  repository.isTemplate = flagIn(fields, 'is_template') ?? repository.isTemplate;
  repository.defaultBranch = textIn(fields, 'default_branch') ?? repository.defaultBranch;
}

function mountListing(app: Hono<Wire>, host: Host, access: Access): void {
  const api = host.settings.apiUrl;
  const at = (path: string) => new URL(api).pathname + path;

  function list(c: Context, items: readonly Repository[]): Response {
    const page = paged(c, items, new URL(c.req.path, api).href, 30);
    if (page.link !== undefined) c.header('link', page.link);
    return c.json(page.items.map((each) => repositoryShape(host, each, access.login(c))));
  }
  const seen = (c: Context) =>
    host.world.repositories().filter((each) => {
      const covered =
        host.options.githubApp === 'oauth-app' || each.owner.installation !== undefined;
      return mayRead(each, access.login(c)) && (each.visibility === 'public' || covered);
    });

  app.get(at('/user'), (c) => {
    const account = host.world.account(access.login(c)) ?? notFound();
    return c.json({ ...userShape(host, account), name: account.name, email: null });
  });
  app.get(at('/user/orgs'), (c) => {
    const login = access.login(c);
    const organizations = namespacesOf(host.world, login).filter(
      ({ kind }) => kind === 'organization',
    );
    const page = paged(c, organizations, `${api}/user/orgs`, 30);
    if (page.link !== undefined) c.header('link', page.link);
    return c.json(page.items.map((each) => organizationShape(host, each)));
  });
  app.get(at('/user/repos'), (c) => {
    const login = access.login(c);
    const ownerOnly = c.req.query('affiliation') === 'owner' || c.req.query('type') === 'owner';
    return list(
      c,
      seen(c).filter((each) =>
        ownerOnly ? each.owner.login === login : mayWrite(each.owner, login),
      ),
    );
  });
  const accountOf = (c: Context) => {
    access.login(c);
    return host.world.account(c.req.param('owner') ?? '') ?? notFound();
  };
  app.get(at('/orgs/:owner'), (c) => {
    const account = accountOf(c);
    if (account.kind !== 'organization') notFound();
    const { html_url, type } = userShape(host, account);
    return c.json({ ...organizationShape(host, account), html_url, type });
  });
  app.get(at('/users/:owner'), (c) => c.json(userShape(host, accountOf(c))));
  for (const path of ['/orgs/:owner/repos', '/users/:owner/repos']) {
    app.get(at(path), (c) => {
      access.login(c);
      const account = host.world.account(c.req.param('owner') ?? '') ?? notFound();
      return list(
        c,
        seen(c).filter((each) => each.owner === account),
      );
    });
  }
}

function mountCreation(app: Hono<Wire>, host: Host, access: Access): void {
  const at = (path: string) => new URL(host.settings.apiUrl).pathname + path;
  const settledAt = () => host.now() + host.settleMs;
  const taken = (owner: Account, path: string) =>
    host.world.repository(fullName({ owner, path })) !== undefined;

  async function create(c: Context, login: string): Promise<Response> {
    const owner = access.creator(c, login);
    const fields = await fieldsOf(c);
    const path = nameOf(fields);
    if (taken(owner, path)) {
      const message = 'name already exists on this account';
      const errors = [{ resource: 'Repository', code: 'custom', field: 'name', message }];
      refuse(422, { message: 'Repository creation failed.', errors, status: '422' });
    }
    const repository = host.world.add({
      owner,
      path,
      visibility: 'public',
      settledAt: settledAt(),
    });
    apply(repository, fields);
    if (flagIn(fields, 'auto_init') === true) {
      const readme = Buffer.from(`# ${path}\n${repository.description}\n`);
      const files = new Map([['README.md', readme]]);
      host.world.commit(repository, 'main', access.login(c), 'Initial commit', files);
    }
    return c.json(fullRepositoryShape(host, repository, access.login(c)), 201);
  }
  app.post(at('/user/repos'), (c) => create(c, access.login(c)));
  app.post(at('/orgs/:org/repos'), (c) => create(c, c.req.param('org') ?? ''));

  app.post(at('/repos/:owner/:repo/generate'), async (c) => {
    const source = access.readable(c);
    if (!source.isTemplate) notFound();
    const fields = await fieldsOf(c);
    const owner = access.creator(c, textIn(fields, 'owner') ?? access.login(c));
    const path = nameOf(fields);
    if (taken(owner, path)) {
      refuse(422, { message: cloneRefusal, errors: [cloneRefusal], status: '422' });
    }
    const copied = flagIn(fields, 'include_all_branches') === true ? 'all' : 'default';
    const target = { owner, path, template: fullName(source), settledAt: settledAt() };
    const repository = host.world.copy(source, target, copied);
    repository.description = textIn(fields, 'description') ?? '';
    repository.visibility = visibilityOf(fields, 'public');
    const shape = fullRepositoryShape(host, repository, access.login(c));
    return c.json(shape, 201, { location: shape.url });
  });

  app.post(at('/repos/:owner/:repo/forks'), async (c) => {
    const source = access.readable(c);
    const fields = await fieldsOf(c);
    const owner = access.creator(c, textIn(fields, 'organization') ?? access.login(c));
    const own = host.world
      .repositories()
      .find((each) => each.owner === owner && each.parent === fullName(source));
    // GitHub keeps one fork per account and answers with it again.
    if (own !== undefined) return c.json(fullRepositoryShape(host, own, access.login(c)), 202);
    const wanted = textIn(fields, 'name') ?? source.path;
    const path = taken(owner, wanted) ? `${wanted}-1` : wanted;
    const { visibility, description } = source;
    const parent = fullName(source);
    const target = { owner, path, visibility, description, parent, settledAt: settledAt() };
    const copied = flagIn(fields, 'default_branch_only') === true ? 'default' : 'all';
    const repository = host.world.copy(source, target, copied);
    return c.json(fullRepositoryShape(host, repository, access.login(c)), 202);
  });
}

/** Users, organisations and repositories of GitHub's REST API. */
export function mountRepositories(app: Hono<Wire>, host: Host, access: Access): void {
  const at = (path: string) => new URL(host.settings.apiUrl).pathname + path;
  mountListing(app, host, access);
  mountCreation(app, host, access);

  for (const path of ['/repos/:owner/:repo', '/repositories/:id']) {
    app.get(at(path), (c) =>
      c.json(fullRepositoryShape(host, access.readable(c), access.login(c))),
    );
  }
  app.patch(at('/repos/:owner/:repo'), async (c) => {
    const repository = access.writable(c);
    const fields = await fieldsOf(c);
    // A fork is as visible as its source, whatever is asked for.
    const fixed = repository.parent !== undefined || host.has('ignored-settings');
    const { visibility: _, private: __, ...others } = fields;
    apply(repository, fixed ? others : fields);
    const name = textIn(fields, 'name');
    if (name !== undefined && name !== repository.path) host.world.rename(repository, name);
    return c.json(fullRepositoryShape(host, repository, access.login(c)));
  });
  app.put(at('/repos/:owner/:repo/actions/permissions'), async (c) => {
    const repository = access.writable(c);
    const enabled = flagIn(await fieldsOf(c), 'enabled');
    if (enabled === undefined) refuse(422, { message: 'Invalid request.', status: '422' });
    repository.ci = enabled;
    return c.body(null, 204);
  });
  app.delete(at('/repos/:owner/:repo'), (c) => {
    const repository = access.writable(c);
    const { grant } = access.token(c);
    const oauthApp = host.options.githubApp === 'oauth-app';
    if (oauthApp && !grant.scopes.includes('delete_repo')) {
      refuse(403, { message: 'Must have admin rights to Repository.', status: '403' });
    }
    host.world.remove(repository);
    return c.body(null, 204);
  });
}
