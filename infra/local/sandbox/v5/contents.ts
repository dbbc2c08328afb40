import type { Context, Hono } from 'hono';
import type { Tree } from '../git.ts';
import type { Host } from '../host.ts';
import { bytesOf, type Fields, fieldsOf, listIn, refuse, textIn } from '../reply.ts';
import type { Wire } from '../wire.ts';
import { importState, type Repository } from '../world.ts';
import type { Access } from './access.ts';
import type { Dialect } from './dialect.ts';
import { commitShape, fileShape } from './shapes.ts';

/** One action of a commit of several files: create only what is not there, update only what is. */
function changeOf(fields: Fields, tree: Tree | undefined): readonly [string, Buffer | undefined] {
  const action = textIn(fields, 'action') ?? '';
  const path = textIn(fields, 'path') ?? refuse(400, { message: 'path is missing' });
  if (!['create', 'update', 'delete'].includes(action)) {
    refuse(400, { message: 'action does not have a valid value' });
  }
  const there = tree?.has(path) === true;
  if (action === 'create' && there) {
    refuse(400, { message: 'A file with this name already exists' });
  }
  if (action !== 'create' && !there) {
    refuse(400, { message: "A file with this name doesn't exist" });
  }
  if (action === 'delete') return [path, undefined];
  const text = textIn(fields, 'content') ?? refuse(400, { message: 'content is missing' });
  const base64 = textIn(fields, 'encoding') === 'base64';
  const content = base64 ? bytesOf(text) : Buffer.from(text);
  return [path, content ?? refuse(400, { message: 'content is invalid' })];
}

/** Files and branches of the v5 API. */
export function mountContents(app: Hono<Wire>, host: Host, access: Access, dialect: Dialect): void {
  const root = '/api/v5/repos/:owner/:repo';
  const { world } = host;

  app.get(`${root}/contents/:path{.+}`, (c) => {
    const repository = access.readable(c);
    const path = c.req.param('path');
    const tree = world.tree(repository, c.req.query('ref') ?? repository.defaultBranch);
    const file = tree?.get(path);
    if (file !== undefined) {
      const content = world.objects.blob(file.sha)?.toString('base64') ?? '';
      return c.json({
        ...fileShape(host, repository, path, file.sha),
        encoding: 'base64',
        content,
      });
    }
    const inside = [...(tree ?? [])].filter(([each]) => each.startsWith(`${path}/`));
    if (inside.length === 0 && dialect.missingContents === 'not-found') {
      refuse(404, { message: '404 File Not Found' });
    }
    return c.json(inside.map(([each, { sha }]) => fileShape(host, repository, each, sha)));
  });

  /** The branch to write: any in a repository that never had a commit and is no running copy. */
  function branchOf(repository: Repository, asked: string | undefined): string {
    const branch = asked ?? repository.defaultBranch;
    const copying = !['none', 'finished'].includes(importState(repository, host.now()).status);
    const empty = repository.branches.size === 0 && !copying;
    if (!empty && !repository.branches.has(branch))
      refuse(404, { message: '404 Branch Not Found' });
    if (repository.protectedBranches.has(branch)) refuse(403, { message: '403 Forbidden' });
    return branch;
  }
  async function write(c: Context, action: 'create' | 'update'): Promise<Response> {
    const repository = access.writable(c);
    const fields = await fieldsOf(c);
    const required = (name: string) =>
      textIn(fields, name) ?? refuse(400, { message: `${name} is missing` });
    const content = bytesOf(required('content')) ?? refuse(400, { message: 'content is invalid' });
    const message = required('message');
    const branch = branchOf(repository, textIn(fields, 'branch'));
    const path = c.req.param('path') ?? '';
    const old = world.tree(repository, branch)?.get(path)?.sha;
    if (action === 'create' && old !== undefined) {
      refuse(400, { message: 'A file with this name already exists' });
    }
    if (action === 'update' && required('sha') !== old) {
      refuse(400, { message: 'sha does not match' });
    }
    const sha = world.commit(
      repository,
      branch,
      access.login(c),
      message,
      new Map([[path, content]]),
    );
    const blob = world.tree(repository, branch)?.get(path)?.sha ?? '';
    return c.json(
      {
        content: fileShape(host, repository, path, blob),
        commit: commitShape(host, repository, sha),
      },
      action === 'create' ? 201 : 200,
    );
  }
  if (dialect.manyFiles) {
    app.post(`${root}/commits`, async (c) => {
      const repository = access.writable(c);
      const fields = await fieldsOf(c);
      const branch = branchOf(repository, textIn(fields, 'branch'));
      const message = textIn(fields, 'message') ?? refuse(400, { message: 'message is missing' });
      const actions = listIn(fields, 'actions');
      if (actions.length === 0) refuse(400, { message: 'actions is missing' });
      const tree = world.tree(repository, branch);
      const changes = new Map(actions.map((action) => changeOf(action, tree)));
      const sha = world.commit(repository, branch, access.login(c), message, changes);
      return c.json(commitShape(host, repository, sha), 201);
    });
  }
  app.post(`${root}/contents/:path{.+}`, (c) => write(c, 'create'));
  app.put(`${root}/contents/:path{.+}`, (c) => write(c, 'update'));

  const branchShape = (repository: Repository, name: string, sha: string) => ({
    name,
    commit: { sha, commit: commitShape(host, repository, sha) },
    protected: repository.protectedBranches.has(name),
  });
  app.get(`${root}/branches`, (c) => {
    const repository = access.readable(c);
    return c.json(
      [...repository.branches].map(([name, sha]) => branchShape(repository, name, sha)),
    );
  });
  app.get(`${root}/branches/:branch{.+}`, (c) => {
    const repository = access.readable(c);
    const name = c.req.param('branch');
    const sha = repository.branches.get(name);
    if (sha === undefined) refuse(404, { message: '404 Branch Not Found' });
    return c.json(branchShape(repository, name, sha));
  });
}
