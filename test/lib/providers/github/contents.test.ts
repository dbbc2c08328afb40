import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import { access, failureOf, get, notAccessible, notFound, ok, scripted, send } from './fixtures.ts';

const handle = { id: '1296269', fullName: 'octocat/Hello-World' };
const root = '/repos/octocat/Hello-World/git';
const base64 = (text: string) => Buffer.from(text).toString('base64');

const readme = { path: 'README.md', content: base64('# Hello\n') };
const workflow = { path: '.github/workflows/ci.yml', content: base64('on: push\n') };
const commit = { branch: 'main', message: 'Add files', files: [readme] };

/** A commit as GitHub's contents example shows it. */
const head = {
  sha: '7638417db6d59f3c431d3e1f261cc637155684cd',
  tree: { sha: '691272480426f78a0138979dd3ce63b77f706feb' },
  parents: [{ sha: '1acc419d4d6a9ce985db7be48c6349a0475975b5' }],
};
const entry = ({ path }: { path: string }, text: string) => ({
  path,
  mode: '100644',
  type: 'blob',
  content: text,
});

const reading: Exchange[] = [
  get(`${root}/ref/heads/main`, ok({ ref: 'refs/heads/main', object: { sha: head.sha } })),
  get(`${root}/commits/${head.sha}`, ok(head)),
];
const treeing = (tree: unknown[], reply: Exchange['reply']) =>
  send('POST', `${root}/trees`, { base_tree: head.tree.sha, tree }, reply);
const committing = send(
  'POST',
  `${root}/commits`,
  { message: 'Add files', tree: 'new-tree', parents: [head.sha] },
  { status: 201, json: { sha: 'new-commit' } },
);
const moving = (reply: Exchange['reply']) =>
  send('PATCH', `${root}/refs/heads/main`, { sha: 'new-commit', force: false }, reply);
const newTree = { status: 201, json: { sha: 'new-tree' } };
const moved = ok({ ref: 'refs/heads/main', object: { sha: 'new-commit' } });

describe('committing files', () => {
  test('given several files, when committed, then one tree and one commit hold them all', async () => {
    const files = [readme, workflow];
    const github = await scripted([
      ...reading,
      treeing([entry(readme, '# Hello\n'), entry(workflow, 'on: push\n')], newTree),
      committing,
      moving(moved),
    ]);
    await github.creation.commitFiles(access, handle, { ...commit, files });
  });

  test('given bytes that are no text, when committed, then they go as a blob', async () => {
    const content = Buffer.from([0xff, 0xfe, 0x00]).toString('base64');
    const github = await scripted([
      ...reading,
      send(
        'POST',
        `${root}/blobs`,
        { content, encoding: 'base64' },
        { status: 201, json: { sha: 'blob-1' } },
      ),
      treeing([{ path: 'logo.png', mode: '100644', type: 'blob', sha: 'blob-1' }], newTree),
      committing,
      moving(moved),
    ]);
    await github.creation.commitFiles(access, handle, {
      ...commit,
      files: [{ path: 'logo.png', content }],
    });
  });

  test('given files that are there already, when committed again, then there is no second commit', async () => {
    const github = await scripted([
      ...reading,
      treeing([entry(readme, '# Hello\n')], { status: 201, json: { sha: head.tree.sha } }),
    ]);
    await github.creation.commitFiles(access, handle, commit);
  });
});

describe('just after creation', () => {
  test.each<[string, Exchange['reply'], string]>([
    ['404', notFound, 'not_visible'],
    ['409', { status: 409, json: { message: 'Git Repository is empty.' } }, 'repository_empty'],
  ])('given %s, when committed, then a later try can help', async (_, reply, reason) => {
    const github = await scripted([get(`${root}/ref/heads/main`, reply)]);
    const failure = await failureOf(github.creation.commitFiles(access, handle, commit));
    expect(failure).toMatchObject({
      code: 'ProviderUnavailable',
      retryable: true,
      details: { reason },
    });
  });

  test('given a branch that moved meanwhile, when committed, then a later try can help', async () => {
    const reply = { status: 422, json: { message: 'Update is not a fast forward' } };
    const github = await scripted([
      ...reading,
      treeing([entry(readme, '# Hello\n')], newTree),
      committing,
      moving(reply),
    ]);
    const failure = await failureOf(github.creation.commitFiles(access, handle, commit));
    expect(failure).toMatchObject({
      code: 'ProviderUnavailable',
      details: { reason: 'branch_moved' },
    });
  });
});

describe('refusals', () => {
  const withWorkflow = { ...commit, files: [workflow] };
  const refusedTree = (reply: Exchange['reply']) => [
    ...reading,
    treeing([entry(workflow, 'on: push\n')], reply),
  ];

  test.each<[string, Exchange['reply']]>([
    ['404', notFound],
    ['403', notAccessible],
    [
      'words',
      {
        status: 422,
        json: {
          message:
            'refusing to allow an OAuth App to create or update workflow `.github/workflows/ci.yml` without `workflow` scope',
        },
      },
    ],
  ])(
    'given a workflow file and %s, when committed, then the workflow permission is named',
    async (_, reply) => {
      const github = await scripted(refusedTree(reply));
      const failure = await failureOf(github.creation.commitFiles(access, handle, withWorkflow));
      expect(failure).toMatchObject({
        code: 'ScopeMissing',
        details: { reason: 'workflow_permission' },
      });
      expect(failure.details.remedy).toMatch(/scope workflow .* Workflows: write/);
    },
  );

  test('given a token that has the workflow scope, when 404 comes, then it is not blamed', async () => {
    const reply = {
      status: 404,
      headers: { 'x-oauth-scopes': 'repo, workflow' },
      json: { message: 'Not Found' },
    };
    const github = await scripted(refusedTree(reply));
    const failure = await failureOf(github.creation.commitFiles(access, handle, withWorkflow));
    expect(failure.code).toBe('ProviderUnavailable');
  });

  test('given a rate limit at a workflow file, when committed, then it is a rate limit', async () => {
    const reply = { status: 403, json: { message: 'You have exceeded a secondary rate limit.' } };
    const github = await scripted(refusedTree(reply));
    const failure = await failureOf(github.creation.commitFiles(access, handle, withWorkflow));
    expect(failure).toMatchObject({ code: 'RateLimited', details: { retryAfter: 60 } });
  });

  test.each([
    'Protected branch update failed for refs/heads/main.',
    'Repository rule violations found',
    'Changes must be made through a pull request.',
  ])('given "%s", when committed, then Forbidden explains the protection', async (message) => {
    const github = await scripted([
      ...reading,
      treeing([entry(readme, '# Hello\n')], newTree),
      committing,
      moving({ status: 422, json: { message } }),
    ]);
    const failure = await failureOf(github.creation.commitFiles(access, handle, commit));
    expect(failure).toMatchObject({ code: 'Forbidden', details: { reason: 'branch_protected' } });
  });
});
