import type { Context, Hono } from 'hono';
import type { Host } from '../host.ts';
import { bytesOf, fieldsOf, paged, refuse, textIn } from '../reply.ts';
import type { Wire } from '../wire.ts';
import { fullName, type Repository } from '../world.ts';
import { type Access, notFound } from './access.ts';
import { commitShape, fileShape } from './shapes.ts';

/** Contents and Git calls: 404 just after creation, 409 while there is no commit. */
export function withCommits(host: Host, repository: Repository): Repository {
  if (host.now() < repository.settledAt) notFound();
  if (repository.branches.size === 0)
    refuse(409, { message: 'Git Repository is empty.', status: '409' });
  return repository;
}

/** A protected branch takes no direct change. */
export function unprotected(repository: Repository, branch: string, status: 409 | 422): void {
  if (!repository.protectedBranches.has(branch)) return;
  const message =
    'Repository rule violations found\n\nChanges must be made through a pull request.\n\n';
  refuse(status, { message, status: String(status) });
}

function invalid(detail: string): never {
  refuse(422, { message: `Invalid request.\n\n${detail}`, status: '422' });
}

/** An existing file is replaced only by who names the blob it has now. */
function mayReplace(path: string, old: string | undefined, given: string | undefined): void {
  if (old !== undefined && given === undefined) invalid('"sha" wasn\'t supplied.');
  if (given !== undefined && given !== old) {
    refuse(409, { message: `${path} does not match ${given}`, status: '409' });
  }
}

/** Files, branches and commits of GitHub's REST API. */
export function mountContents(app: Hono<Wire>, host: Host, access: Access): void {
  const root = `${new URL(host.settings.apiUrl).pathname}/repos/:owner/:repo`;
  const { world } = host;

  app.get(`${root}/contents/:path{.+}`, (c) => {
    const repository = access.readable(c);
    if (host.now() < repository.settledAt) notFound();
    if (repository.branches.size === 0)
      refuse(404, { message: 'This repository is empty.', status: '404' });
    const path = c.req.param('path');
    const tree =
      world.tree(repository, c.req.query('ref') ?? repository.defaultBranch) ?? notFound();
    const file = tree.get(path);
    if (file !== undefined) {
      const content = world.objects.blob(file.sha)?.toString('base64') ?? '';
      const shape = fileShape(host, repository, path, file.sha);
      return c.json({ ...shape, encoding: 'base64', content: `${content}\n` });
    }
    const inside = [...tree].filter(([each]) => each.startsWith(`${path}/`));
    if (inside.length === 0) notFound();
    return c.json(inside.map(([each, { sha }]) => fileShape(host, repository, each, sha)));
  });

  app.put(`${root}/contents/:path{.+}`, async (c) => {
    const repository = withCommits(host, access.writable(c));
    const path = c.req.param('path');
    const fields = await fieldsOf(c);
    const message = textIn(fields, 'message') ?? invalid('"message" wasn\'t supplied.');
    const content = bytesOf(textIn(fields, 'content') ?? invalid('"content" wasn\'t supplied.'));
    if (content === undefined)
      refuse(422, { message: 'content is not valid Base64', status: '422' });
    access.workflows(c, [path]);
    const branch = textIn(fields, 'branch') ?? repository.defaultBranch;
    if (!repository.branches.has(branch)) {
      refuse(404, { message: `Branch ${branch} not found`, status: '404' });
    }
    unprotected(repository, branch, 409);
    const old = world.tree(repository, branch)?.get(path)?.sha;
    mayReplace(path, old, textIn(fields, 'sha'));
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
      old === undefined ? 201 : 200,
    );
  });

  const branchShape = (repository: Repository, name: string, sha: string) => {
    const full = `${host.settings.apiUrl}/repos/${fullName(repository)}/commits/${sha}`;
    return {
      name,
      commit: { sha, url: full },
      protected: repository.protectedBranches.has(name),
    };
  };
  app.get(`${root}/branches`, (c) => {
    const repository = access.readable(c);
    const page = paged(
      c,
      [...repository.branches],
      new URL(c.req.path, host.settings.apiUrl).href,
      30,
    );
    if (page.link !== undefined) c.header('link', page.link);
    return c.json(page.items.map(([name, sha]) => branchShape(repository, name, sha)));
  });
  app.get(`${root}/branches/:branch{.+}`, (c: Context) => {
    const repository = access.readable(c);
    const name = c.req.param('branch') ?? '';
    const sha = host.now() < repository.settledAt ? undefined : repository.branches.get(name);
    if (sha === undefined) refuse(404, { message: 'Branch not found', status: '404' });
    const branch = branchShape(repository, name, sha);
    const { author, committer, message, tree } = Object(commitShape(host, repository, sha));
    const commit = { ...branch.commit, commit: { author, committer, message, tree } };
    return c.json({ ...branch, commit });
  });
  app.get(`${root}/commits`, (c) => {
    const repository = withCommits(host, access.readable(c));
    const asked = c.req.query('sha') ?? repository.defaultBranch;
    const commits: unknown[] = [];
    let next = repository.branches.get(asked) ?? asked;
    while (world.objects.commit(next) !== undefined && commits.length < 100) {
      commits.push({ sha: next, commit: commitShape(host, repository, next) });
      next = world.objects.commit(next)?.parents[0] ?? '';
    }
    return commits.length === 0 ? notFound() : c.json(commits);
  });
}
