import type { Hono } from 'hono';
import { descends, type Tree } from '../git.ts';
import type { Host } from '../host.ts';
import {
  bytesOf,
  type Fields,
  fieldsOf,
  flagIn,
  listIn,
  refuse,
  textIn,
  textsIn,
} from '../reply.ts';
import type { Wire } from '../wire.ts';
import { fullName, type Repository } from '../world.ts';
import { type Access, notFound } from './access.ts';
import { unprotected, withCommits } from './contents.ts';
import { commitShape } from './shapes.ts';

function invalid(message: string): never {
  refuse(422, { message, status: '422' });
}

function addressOf(host: Host, repository: Repository): string {
  return `${host.settings.apiUrl}/repos/${fullName(repository)}/git`;
}

function treeShape(
  host: Host,
  repository: Repository,
  sha: string,
  tree: Tree,
  recursive: boolean,
) {
  const url = addressOf(host, repository);
  const entries = new Map<string, { path: string; mode: string; type: string; sha: string }>();
  for (const [path, { mode, sha: blob }] of tree) {
    const folder = path.split('/')[0] ?? path;
    if (recursive || folder === path) {
      entries.set(path, { path, mode, type: 'blob', sha: blob });
    } else {
      const inside = [...tree].filter(([each]) => each.startsWith(`${folder}/`));
      const part = new Map(inside.map(([each, entry]) => [each.slice(folder.length + 1), entry]));
      const subtree = host.world.objects.putTree(part);
      entries.set(folder, { path: folder, mode: '040000', type: 'tree', sha: subtree });
    }
  }
  return { sha, url: `${url}/trees/${sha}`, tree: [...entries.values()], truncated: false };
}

/** The tree that `base_tree` and the given entries make. */
function treeOf(host: Host, fields: Fields): Map<string, { mode: string; sha: string }> {
  const { objects } = host.world;
  const base = textIn(fields, 'base_tree');
  const start =
    base === undefined
      ? undefined
      : (objects.tree(objects.commit(base)?.tree ?? base) ?? notFound());
  const files = new Map(start);
  for (const entry of listIn(fields, 'tree')) {
    const path = textIn(entry, 'path');
    if (path === undefined || path === '' || path.startsWith('/'))
      invalid('tree.path is not valid');
    if (entry.sha === null) {
      files.delete(path);
      continue;
    }
    const content = textIn(entry, 'content');
    const sha =
      content === undefined ? textIn(entry, 'sha') : objects.putBlob(Buffer.from(content));
    if (sha === undefined || objects.blob(sha) === undefined)
      invalid(`tree.sha ${sha} is not a valid blob`);
    files.set(path, { mode: textIn(entry, 'mode') ?? '100644', sha });
  }
  return files;
}

function mountObjects(app: Hono<Wire>, host: Host, access: Access): void {
  const root = `${new URL(host.settings.apiUrl).pathname}/repos/:owner/:repo/git`;
  const { objects } = host.world;

  app.post(`${root}/blobs`, async (c) => {
    const repository = withCommits(host, access.writable(c));
    const fields = await fieldsOf(c);
    const text = textIn(fields, 'content') ?? invalid('content is missing');
    const content = fields.encoding === 'base64' ? bytesOf(text) : Buffer.from(text);
    const sha = objects.putBlob(content ?? invalid('content is not valid Base64'));
    return c.json({ sha, url: `${addressOf(host, repository)}/blobs/${sha}` }, 201);
  });
  app.get(`${root}/blobs/:sha`, (c) => {
    withCommits(host, access.readable(c));
    const sha = c.req.param('sha');
    const blob = objects.blob(sha) ?? notFound();
    return c.json({ sha, size: blob.length, encoding: 'base64', content: blob.toString('base64') });
  });
  app.post(`${root}/trees`, async (c) => {
    const repository = withCommits(host, access.writable(c));
    const fields = await fieldsOf(c);
    access.workflows(
      c,
      listIn(fields, 'tree').map((entry) => textIn(entry, 'path') ?? ''),
    );
    const tree = treeOf(host, fields);
    return c.json(treeShape(host, repository, objects.putTree(tree), tree, false), 201);
  });
  app.get(`${root}/trees/:sha{.+}`, (c) => {
    const repository = withCommits(host, access.readable(c));
    const asked = c.req.param('sha');
    const commit = objects.commit(repository.branches.get(asked) ?? asked);
    const sha = commit?.tree ?? asked;
    const tree = objects.tree(sha) ?? notFound();
    return c.json(treeShape(host, repository, sha, tree, c.req.query('recursive') !== undefined));
  });
  app.post(`${root}/commits`, async (c) => {
    const repository = withCommits(host, access.writable(c));
    const fields = await fieldsOf(c);
    const message = textIn(fields, 'message') ?? invalid('message is missing');
    const tree = textIn(fields, 'tree') ?? '';
    if (objects.tree(tree) === undefined) invalid('Tree SHA does not exist');
    const parents = textsIn(fields, 'parents') ?? [];
    if (parents.some((each) => objects.commit(each) === undefined)) {
      invalid('Parent SHA does not exist or is not a commit object');
    }
    const author = access.login(c);
    const { sha } = objects.putCommit({ tree, parents, message, author, at: host.now() });
    return c.json(commitShape(host, repository, sha), 201);
  });
  app.get(`${root}/commits/:sha`, (c) => {
    const repository = withCommits(host, access.readable(c));
    return c.json(commitShape(host, repository, c.req.param('sha')) ?? notFound());
  });
}

/** Blobs, trees, commits and refs of GitHub's REST API. */
export function mountGitData(app: Hono<Wire>, host: Host, access: Access): void {
  const root = `${new URL(host.settings.apiUrl).pathname}/repos/:owner/:repo/git`;
  const { objects } = host.world;
  mountObjects(app, host, access);

  const refShape = (repository: Repository, branch: string, sha: string) => {
    const url = addressOf(host, repository);
    const object = { type: 'commit', sha, url: `${url}/commits/${sha}` };
    return { ref: `refs/heads/${branch}`, url: `${url}/refs/heads/${branch}`, object };
  };
  app.get(`${root}/ref/heads/:branch{.+}`, (c) => {
    const repository = withCommits(host, access.readable(c));
    const branch = c.req.param('branch');
    return c.json(refShape(repository, branch, repository.branches.get(branch) ?? notFound()));
  });
  app.post(`${root}/refs`, async (c) => {
    const repository = withCommits(host, access.writable(c));
    const fields = await fieldsOf(c);
    const branch =
      /^refs\/heads\/(.+)$/.exec(textIn(fields, 'ref') ?? '')?.[1] ??
      invalid('Reference name is not valid');
    if (repository.branches.has(branch)) invalid('Reference already exists');
    const sha = textIn(fields, 'sha') ?? '';
    if (objects.commit(sha) === undefined) invalid('Object does not exist');
    repository.branches.set(branch, sha);
    return c.json(refShape(repository, branch, sha), 201);
  });
  app.patch(`${root}/refs/heads/:branch{.+}`, async (c) => {
    const repository = withCommits(host, access.writable(c));
    const branch = c.req.param('branch');
    const fields = await fieldsOf(c);
    const old = repository.branches.get(branch) ?? invalid('Reference does not exist');
    unprotected(repository, branch, 422);
    const sha = textIn(fields, 'sha') ?? '';
    if (objects.commit(sha) === undefined) invalid('Object does not exist');
    if (flagIn(fields, 'force') !== true && !descends(objects, sha, old)) {
      invalid('Update is not a fast forward');
    }
    repository.branches.set(branch, sha);
    return c.json(refShape(repository, branch, sha));
  });
}
