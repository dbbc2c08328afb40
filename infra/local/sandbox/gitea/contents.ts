import type { Context, Hono } from 'hono';
import type { Host } from '../host.ts';
import { bytesOf, type Fields, fieldsOf, listIn, refuse, textIn } from '../reply.ts';
import type { Wire } from '../wire.ts';
import { mayWrite, type Repository } from '../world.ts';
import type { Access } from './access.ts';
import { recordedFields, refuseAs } from './answers.ts';
import { branchShape, commitShape, fileShape } from './shapes.ts';

/**
 * Files and branches. Of what was just generated they know nothing until its branches are listed:
 * `unlisted` holds the ids.
 */
export function mountContents(
  app: Hono<Wire>,
  host: Host,
  access: Access,
  unlisted: Set<number>,
): void {
  const root = '/api/v1/repos/:owner/:repo';
  const { world } = host;

  app.get(`${root}/branches`, (c) => {
    const repository = access.readable(c);
    unlisted.delete(repository.id);
    c.header('x-total-count', String(repository.branches.size));
    const all = [...repository.branches].map(([name, sha]) =>
      branchShape(host, repository, name, sha),
    );
    const limit = Number(c.req.query('limit') ?? 30);
    // What has none answers with null, and no list.
    return c.json(all.length === 0 ? null : all.slice(0, limit));
  });
  app.get(`${root}/branches/:branch{.+}`, (c) => {
    const repository = access.readable(c);
    const name = c.req.param('branch');
    const sha = repository.branches.get(name);
    if (sha === undefined || unlisted.has(repository.id)) return refuseAs(host, 'no such branch');
    return c.json(branchShape(host, repository, name, sha));
  });

  app.get(`${root}/contents/:path{.+}`, (c) => {
    const repository = access.readable(c);
    const path = c.req.param('path');
    const branch = c.req.query('ref') ?? repository.defaultBranch;
    const tree = unlisted.has(repository.id) ? undefined : world.tree(repository, branch);
    const file = tree?.get(path);
    if (file !== undefined) {
      return c.json(fileShape(host, repository, { branch, path, sha: file.sha }));
    }
    const inside = [...(tree ?? [])].filter(([each]) => each.startsWith(`${path}/`));
    if (inside.length === 0) return refuseAs(host, 'no such file', { 'no.md': path });
    return c.json(
      inside.map(([each, { sha }]) => ({
        ...fileShape(host, repository, { branch, path: each, sha }),
        encoding: null,
        content: null,
      })),
    );
  });

  /** The branch to commit to, where this user may. */
  function branchIn(c: Context, fields: Fields): { repository: Repository; branch: string } {
    const repository = access.readable(c);
    const login = access.login(c, 'write:repository');
    const branch = textIn(fields, 'branch') ?? repository.defaultBranch;
    if (!mayWrite(repository.owner, login)) return refuseAs(host, 'committed at others');
    if (!repository.branches.has(branch) || unlisted.has(repository.id)) {
      return refuseAs(host, 'committed to no branch', {
        nope: branch,
        'repo_id: 1': `repo_id: ${repository.id}`,
      });
    }
    if (repository.protectedBranches.has(branch)) {
      refuse(403, { message: `user cannot commit to repo [user: ${login}]` });
    }
    return { repository, branch };
  }

  /** The bytes that one operation puts in place; undefined where it deletes. */
  function change(fields: Fields, there: string | undefined): Buffer | undefined {
    const path = textIn(fields, 'path') ?? '';
    const operation = textIn(fields, 'operation');
    if (operation === 'create' && there !== undefined) {
      return refuseAs(host, 'committed, there already', { 'b.txt': path });
    }
    const given = textIn(fields, 'sha');
    if (operation !== 'create' && operation !== 'upload' && given !== there) {
      const none = '0'.repeat(40);
      return refuseAs(host, 'committed over another', {
        [`given: ${none}`]: `given: ${given}`,
        [`expected: ${none}`]: `expected: ${there}`,
      });
    }
    if (operation === 'delete') return undefined;
    return bytesOf(textIn(fields, 'content') ?? '') ?? refuse(422, { message: 'illegal base64' });
  }
  app.post(`${root}/contents`, async (c) => {
    const fields = await fieldsOf(c);
    const { repository, branch } = branchIn(c, fields);
    const tree = world.tree(repository, branch);
    const changes = new Map(
      listIn(fields, 'files').map((each) => {
        const path = textIn(each, 'path') ?? '';
        return [path, change(each, tree?.get(path)?.sha)] as const;
      }),
    );
    const login = access.login(c, 'write:repository');
    const message = textIn(fields, 'message') ?? '';
    const sha = world.commit(repository, branch, login, message, changes);
    const files = [...changes.keys()].map((path) => {
      const id = world.tree(repository, branch)?.get(path)?.sha;
      return id === undefined ? null : fileShape(host, repository, { branch, path, sha: id });
    });
    const said = recordedFields(host, 'committed');
    return c.json({ ...said, files, commit: commitShape(host, repository, sha) }, 201);
  });
}
