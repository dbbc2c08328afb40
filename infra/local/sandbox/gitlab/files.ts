import type { Context, Hono } from 'hono';
import type { Tree } from '../git.ts';
import type { Host } from '../host.ts';
import { bytesOf, type Fields, fieldsOf, listIn, refuse, textIn } from '../reply.ts';
import type { Wire } from '../wire.ts';
import { importState, type Repository } from '../world.ts';
import type { Access } from './access.ts';
import { commitShape } from './shapes.ts';

const notOnBranch = 'You can only create or edit files when you are on a branch';

function contentOf(fields: Fields): Buffer {
  const text = textIn(fields, 'content') ?? '';
  if (textIn(fields, 'encoding') !== 'base64') return Buffer.from(text);
  return bytesOf(text) ?? refuse(400, { message: '400 Bad request - content is not base64' });
}

/** Whether an action fits what is there: create only what is not, the rest only what is. */
function fits(action: string, path: string, tree: Tree | undefined): void {
  const exists = tree?.has(path) === true;
  if (action === 'create' && exists)
    refuse(400, { message: 'A file with this name already exists' });
  if (action !== 'create' && !exists)
    refuse(400, { message: "A file with this name doesn't exist" });
}

/** Files, branches and commits of GitLab's REST API. */
export function mountFiles(app: Hono<Wire>, host: Host, access: Access): void {
  const root = '/api/v4/projects/:id/repository';
  const { world } = host;
  const required = (fields: Fields, name: string): string =>
    textIn(fields, name) ?? refuse(400, { error: `${name} is missing` });

  /** The branch to commit to; a project without commits takes any, once nothing is imported into it. */
  function committable(c: Context, fields: Fields): { project: Repository; branch: string } {
    const project = access.writable(c);
    const branch = required(fields, 'branch');
    const importing = !['none', 'finished'].includes(importState(project, host.now()).status);
    if (importing || (project.branches.size > 0 && !project.branches.has(branch))) {
      refuse(400, { message: notOnBranch });
    }
    if (project.protectedBranches.has(branch)) {
      refuse(400, { message: 'You are not allowed to push into this branch' });
    }
    return { project, branch };
  }

  app.post(`${root}/commits`, async (c) => {
    const fields = await fieldsOf(c);
    const { project, branch } = committable(c, fields);
    const message = required(fields, 'commit_message');
    const actions = listIn(fields, 'actions');
    const tree = world.tree(project, branch);
    const changes = new Map<string, Buffer | undefined>();
    for (const each of actions) {
      const action = textIn(each, 'action') ?? '';
      if (!['create', 'update', 'delete'].includes(action)) {
        refuse(400, { error: 'actions[0][action] does not have a valid value' });
      }
      const path = textIn(each, 'file_path') ?? '';
      fits(action, path, tree);
      changes.set(path, action === 'delete' ? undefined : contentOf(each));
    }
    const sha = world.commit(project, branch, access.login(c), message, changes);
    return c.json(commitShape(host, project, sha), 201);
  });
  app.get(`${root}/commits`, (c) => {
    const project = access.readable(c);
    const shas: string[] = [];
    let next = project.branches.get(c.req.query('ref_name') ?? project.defaultBranch);
    while (next !== undefined && shas.length < 100) {
      shas.push(next);
      next = world.objects.commit(next)?.parents[0];
    }
    return c.json(shas.map((sha) => commitShape(host, project, sha)));
  });

  async function put(c: Context, action: 'create' | 'update'): Promise<Response> {
    const fields = await fieldsOf(c);
    const { project, branch } = committable(c, fields);
    const path = c.req.param('path') ?? '';
    fits(action, path, world.tree(project, branch));
    const changes = new Map([[path, contentOf(fields)]]);
    world.commit(project, branch, access.login(c), required(fields, 'commit_message'), changes);
    return c.json({ file_path: path, branch }, action === 'create' ? 201 : 200);
  }
  app.post(`${root}/files/:path{.+}`, (c) => put(c, 'create'));
  app.put(`${root}/files/:path{.+}`, (c) => put(c, 'update'));

  app.get(`${root}/files/:path{.+}`, (c) => {
    const project = access.readable(c);
    const raw = /\/raw$/.test(c.req.param('path'));
    const path = c.req.param('path').replace(/\/raw$/, '');
    const ref = c.req.query('ref') ?? (raw ? project.defaultBranch : required({}, 'ref'));
    const branch = ref === 'HEAD' ? project.defaultBranch : ref;
    const file = world.tree(project, branch)?.get(path);
    if (file === undefined) refuse(404, { message: '404 File Not Found' });
    const content = world.objects.blob(file.sha) ?? Buffer.alloc(0);
    if (raw) return c.body(new Uint8Array(content));
    return c.json({
      file_name: path.slice(path.lastIndexOf('/') + 1),
      file_path: path,
      size: content.length,
      encoding: 'base64',
      content: content.toString('base64'),
      ref,
      blob_id: file.sha,
      commit_id: project.branches.get(branch),
      last_commit_id: project.branches.get(branch),
    });
  });
  app.get(`${root}/tree`, (c) => {
    const project = access.readable(c);
    const tree = world.tree(project, c.req.query('ref') ?? project.defaultBranch);
    if (tree === undefined) refuse(404, { message: '404 Tree Not Found' });
    const files = [...tree].map(([path, { sha, mode }]) => ({
      id: sha,
      name: path.split('/').at(-1),
      type: 'blob',
      path,
      mode,
    }));
    return c.json(files);
  });

  const branchShape = (project: Repository, name: string, sha: string) => ({
    name,
    commit: commitShape(host, project, sha),
    default: name === project.defaultBranch,
    protected: project.protectedBranches.has(name),
  });
  app.get(`${root}/branches`, (c) => {
    const project = access.readable(c);
    return c.json([...project.branches].map(([name, sha]) => branchShape(project, name, sha)));
  });
  app.get(`${root}/branches/:branch{.+}`, (c) => {
    const project = access.readable(c);
    const name = c.req.param('branch');
    const sha = project.branches.get(name);
    if (sha === undefined) refuse(404, { message: '404 Branch Not Found' });
    return c.json(branchShape(project, name, sha));
  });
}
