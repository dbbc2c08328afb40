import type { Context, Hono } from 'hono';
import type { Host } from '../host.ts';
import { type Fields, fieldsOf, flagIn, paged, refuse, textIn } from '../reply.ts';
import { namespacesOf } from '../seed.ts';
import type { Wire } from '../wire.ts';
import {
  type Account,
  fullName,
  importState,
  mayRead,
  mayWrite,
  type Repository,
  type Visibility,
} from '../world.ts';
import type { Access } from './access.ts';
import { groupShape, namespaceShape, projectShape } from './shapes.ts';

const takenMessage = { name: ['has already been taken'], path: ['has already been taken'] };
const pathRule =
  "can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'";

function visibilityIn(fields: Fields, otherwise: Visibility): Visibility {
  const asked = textIn(fields, 'visibility');
  if (asked === undefined) return otherwise;
  if (asked === 'public' || asked === 'internal' || asked === 'private') return asked;
  refuse(400, { error: 'visibility does not have a valid value' });
}

function pathIn(fields: Fields): string {
  const path = textIn(fields, 'path') ?? textIn(fields, 'name')?.toLowerCase().replaceAll(' ', '-');
  if (path === undefined)
    refuse(400, { error: 'name, path are missing, at least one parameter must be provided' });
  if (!/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(path) || /\.(git|atom)$/.test(path)) {
    refuse(400, { message: { path: [pathRule] } });
  }
  return path;
}

function apply(project: Repository, fields: Fields): void {
  project.name = textIn(fields, 'name') ?? project.name;
  project.path = textIn(fields, 'path') ?? project.path;
  project.description = textIn(fields, 'description') ?? project.description;
  project.visibility = visibilityIn(fields, project.visibility);
  project.defaultBranch = textIn(fields, 'default_branch') ?? project.defaultBranch;
  project.hasIssues =
    flagIn(fields, 'issues_enabled') ?? level(fields, 'issues_access_level') ?? project.hasIssues;
  project.hasWiki =
    flagIn(fields, 'wiki_enabled') ?? level(fields, 'wiki_access_level') ?? project.hasWiki;
  project.ci = flagIn(fields, 'jobs_enabled') ?? level(fields, 'builds_access_level') ?? project.ci;
}

function level(fields: Fields, name: string): boolean | undefined {
  const value = textIn(fields, name);
  return value === undefined ? undefined : value !== 'disabled';
}

/** Sends one page with GitLab's paging headers. */
function listed<T>(
  c: Context,
  host: Host,
  items: readonly T[],
  shape: (item: T) => unknown,
): Response {
  const page = paged(c, items, new URL(c.req.path, host.settings.apiUrl).href);
  const more = page.page < page.pages;
  c.header('x-page', String(page.page));
  c.header('x-per-page', String(page.perPage));
  c.header('x-next-page', more ? String(page.page + 1) : '');
  c.header('x-prev-page', page.page > 1 ? String(page.page - 1) : '');
  c.header('x-total', String(page.total));
  c.header('x-total-pages', String(page.pages));
  if (page.link !== undefined) c.header('link', page.link);
  return c.json(page.items.map(shape));
}

/** Keyset paging: only a `Link` to the items behind the last id. */
function keyset(c: Context, host: Host, projects: readonly Repository[], login: string): Response {
  const perPage = Math.min(100, Number(c.req.query('per_page') ?? 20) || 20);
  const rest = projects
    .filter(({ id }) => id > Number(c.req.query('id_after') ?? 0))
    .sort((a, b) => a.id - b.id);
  const items = rest.slice(0, perPage);
  if (rest.length > perPage) {
    const next = new URL(c.req.path, host.settings.apiUrl);
    for (const [name, value] of new URL(c.req.url).searchParams) next.searchParams.set(name, value);
    next.searchParams.set('id_after', String(items.at(-1)?.id));
    c.header('link', `<${next.href}>; rel="next"`);
  }
  return c.json(items.map((each) => projectShape(host, each, login)));
}

function mountListing(app: Hono<Wire>, host: Host, access: Access): void {
  const at = (path: string) => `/api/v4${path}`;
  const visible = (c: Context) =>
    host.world.repositories().filter((each) => mayRead(each, access.login(c)));
  const list = (c: Context, projects: readonly Repository[]) => {
    const login = access.login(c);
    if (c.req.query('pagination') === 'keyset') return keyset(c, host, projects, login);
    return listed(c, host, projects, (each) => projectShape(host, each, login));
  };

  app.get(at('/user'), (c) => {
    const login = access.login(c);
    const account = host.world.account(login);
    return c.json({
      id: account?.id,
      username: login,
      name: account?.name,
      state: 'active',
      web_url: `${host.settings.webUrl}/${login}`,
    });
  });
  app.get(at('/namespaces'), (c) =>
    listed(c, host, namespacesOf(host.world, access.login(c)), (each) =>
      namespaceShape(host, each),
    ),
  );
  app.get(at('/groups'), (c) => {
    const own = namespacesOf(host.world, access.login(c)).filter(
      ({ kind }) => kind === 'organization',
    );
    return listed(c, host, own, (each) => groupShape(host, each));
  });
  for (const [path, shape] of [
    ['/namespaces/:id', namespaceShape],
    ['/groups/:id', groupShape],
  ] as const) {
    app.get(at(path), (c) => {
      access.login(c);
      const key = c.req.param('id') ?? '';
      const found = host.world.accounts.find(
        ({ login, id }) => login === key || String(id) === key,
      );
      if (found === undefined) refuse(404, { message: '404 Namespace Not Found' });
      return c.json(shape(host, found));
    });
  }
  app.get(at('/projects'), (c) => {
    const mine = c.req.query('membership') === 'true' || c.req.query('owned') === 'true';
    const login = access.login(c);
    return list(
      c,
      visible(c).filter((each) => !mine || mayWrite(each.owner, login)),
    );
  });
  for (const path of ['/groups/:id/projects', '/users/:id/projects']) {
    app.get(at(path), (c) => {
      const key = c.req.param('id') ?? '';
      access.login(c);
      const owner = host.world.accounts.find(
        (each) => each.login === key || String(each.id) === key,
      );
      if (owner === undefined) refuse(404, { message: '404 Group Not Found' });
      const nested = c.req.query('include_subgroups') === 'true';
      const inside = (each: Repository) =>
        each.owner === owner || (nested && each.owner.login.startsWith(`${owner.login}/`));
      return list(c, visible(c).filter(inside));
    });
  }
}

/** Users, namespaces and projects of GitLab's REST API. */
export function mountProjects(app: Hono<Wire>, host: Host, access: Access): void {
  const root = '/api/v4/projects';
  const taken = (owner: Account, path: string) =>
    host.world.repository(fullName({ owner, path })) !== undefined;
  const shown = (c: Context, project: Repository) => projectShape(host, project, access.login(c));
  mountListing(app, host, access);

  app.post(root, async (c) => {
    access.login(c);
    const fields = await fieldsOf(c);
    const owner = access.creator(c, textIn(fields, 'namespace_id'));
    const path = pathIn(fields);
    if (taken(owner, path)) refuse(400, { message: takenMessage });
    const project = host.world.add({ owner, path });
    apply(project, { ...fields, path });
    if (flagIn(fields, 'initialize_with_readme') === true) {
      const readme = new Map([['README.md', Buffer.from(`# ${project.name}\n`)]]);
      host.world.commit(project, 'main', access.login(c), 'Initial commit', readme);
    }
    return c.json(shown(c, project), 201);
  });

  app.post(`${root}/:id/fork`, async (c) => {
    const source = access.readable(c);
    const fields = await fieldsOf(c);
    const namespace =
      textIn(fields, 'namespace_path') ??
      textIn(fields, 'namespace_id') ??
      textIn(fields, 'namespace');
    const owner = access.creator(c, namespace);
    const path = pathIn({ path: textIn(fields, 'path') ?? source.path });
    if (taken(owner, path)) refuse(409, { message: takenMessage });
    const target = {
      owner,
      path,
      visibility: source.visibility,
      description: source.description,
      parent: fullName(source),
    };
    const copied = textIn(fields, 'branches') === source.defaultBranch ? 'default' : 'all';
    const project = host.world.copy(source, target, copied);
    apply(project, { ...fields, path });
    return c.json(shown(c, project), 201);
  });

  app.get(`${root}/:id`, (c) => c.json(shown(c, access.readable(c))));
  app.get(`${root}/:id/import`, (c) => {
    const project = access.readable(c);
    const { status, error } = importState(project, host.now());
    const { id, description, name, path, name_with_namespace, path_with_namespace, created_at } =
      shown(c, project);
    return c.json({
      ...{ id, description, name, name_with_namespace, path, path_with_namespace, created_at },
      import_status: status,
      import_type: null,
      failed_relations: [],
      ...(mayWrite(project.owner, access.login(c)) ? { import_error: error ?? null } : {}),
    });
  });
  app.put(`${root}/:id`, async (c) => {
    const project = access.writable(c);
    const fields = await fieldsOf(c);
    if (Object.keys(fields).length === 0)
      refuse(400, { error: 'at least one parameter must be provided' });
    const { visibility: _, ...others } = fields;
    apply(project, host.has('ignored-settings') ? others : fields);
    return c.json(shown(c, project));
  });
  app.delete(`${root}/:id/fork`, (c) => {
    const project = access.writable(c);
    if (project.parent === undefined) return c.body(null, 304);
    delete project.parent;
    return c.body(null, 204);
  });
  app.delete(`${root}/:id`, (c) => {
    host.world.remove(access.writable(c));
    return c.json({ message: '202 Accepted' }, 202);
  });
}
