import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import { access, asked, get, handle, ok, refusalOf, refuse, said, scripted } from './fixtures.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const readme = { path: 'README.md', content: base64('# Hello\n') };
const build = { path: 'ci/build.yml', content: base64('name: x\n') };
const commit = { branch: 'main', message: 'Seed', files: [readme, build] };

const blob = (kind: string, text: string) =>
  createHash(kind).update(`blob ${text.length}\0${text}`).digest('hex');
const at = '/repos/sandbox-user/notes/contents';
const look = (path: string, reply: Exchange['reply']) =>
  get(`${at}/${path}`, reply, { ref: 'main' });
const there = (text: string, kind = 'sha1') => said('file', { sha: blob(kind, text) });
const missing = said('no such file');
const committing = (files: unknown[], reply: Exchange['reply'] = said('committed')) =>
  asked('POST', at, reply, { branch: 'main', message: 'Seed', files });

test('given a new file and a changed one, when committed, then both are in one commit, the changed one by the id that it had', async () => {
  const gitea = await scripted([
    look('README.md', there('# Old\n')),
    look('ci/build.yml', missing),
    committing([
      { operation: 'update', sha: blob('sha1', '# Old\n'), ...readme },
      { operation: 'create', ...build },
    ]),
  ]);
  expect(await gitea.creation.commitFiles(access, handle, commit)).toBe('committed');
});

test.each(['sha1', 'sha256'])(
  'given files that are as they should be, by ids of %s, when committed, then no commit of nothing is made',
  async (kind) => {
    const gitea = await scripted([
      look('README.md', there('# Hello\n', kind)),
      look('ci/build.yml', there('name: x\n', kind)),
    ]);
    expect(await gitea.creation.commitFiles(access, handle, commit)).toBe('there');
  },
);

const only = { ...commit, files: [build] };
const creating = (reply: Exchange['reply']) => [
  look('ci/build.yml', missing),
  committing([{ operation: 'create', ...build }], reply),
];

test.each<[string, Exchange['reply'], string, string]>([
  [
    'a branch that is not known yet',
    said('committed to no branch'),
    'ProviderUnavailable',
    'not_visible',
  ],
  [
    'a file added meanwhile',
    said('committed, there already'),
    'ProviderUnavailable',
    'branch_moved',
  ],
  [
    'a file changed meanwhile',
    said('committed over another'),
    'ProviderUnavailable',
    'branch_moved',
  ],
  ['a repository of others', said('committed at others'), 'Forbidden', 'branch_protected'],
  [
    'a protected branch',
    refuse(403, 'branch is protected: Not allowed to push to protected branch main'),
    'Forbidden',
    'branch_protected',
  ],
  [
    'a protected file',
    refuse(403, 'path is protected and can not be changed [path: ci/build.yml]'),
    'Forbidden',
    'file_protected',
  ],
  [
    'an archive or a mirror',
    refuse(423, 'sandbox-user/notes is not allowed to edit'),
    'Forbidden',
    'repository_archived',
  ],
  [
    'a file in the place of a folder',
    refuse(422, 'a file exists where you’re trying to create a subdirectory [path: ci]'),
    'InvalidInput',
    'path_refused',
  ],
  [
    'a path of Git itself',
    refuse(422, 'path contains a malformed path component [path: .git/hooks]'),
    'InvalidInput',
    'path_refused',
  ],
  [
    'a page of a proxy',
    { status: 200, text: '<html>Sign in</html>' },
    'ProviderProtocol',
    'unexpected_body',
  ],
])('given %s, when committed, then the reason is told', async (_, reply, code, reason) => {
  const gitea = await scripted(creating(reply));
  expect(await refusalOf(gitea.creation.commitFiles(access, handle, only))).toEqual([code, reason]);
});

test('given a folder of the name of a file, when committed, then the request is to blame', async () => {
  const gitea = await scripted([look('ci/build.yml', ok([said('file').json]))]);
  const work = gitea.creation.commitFiles(access, handle, only);
  expect(await refusalOf(work)).toEqual(['InvalidInput', 'path_is_directory']);
});
