import { describe, expect, test } from 'vitest';
import {
  access,
  branchMaster,
  failureOf,
  get,
  helloWorld,
  notFound,
  ok,
  scripted,
  token,
} from './fixtures.ts';

const page = { page: '1', per_page: '50' };
const octocat = { login: 'octocat', id: 1, node_id: 'MDQ6VXNlcjE=', name: 'monalisa octocat' };

describe('who and where', () => {
  test('given a token, when asked whose it is, then the immutable id and the login come', async () => {
    const github = await scripted([get('/user', ok(octocat))]);
    expect(await github.identify(token)).toEqual({
      id: '1',
      login: 'octocat',
      name: 'monalisa octocat',
    });
  });

  test('given the first page of namespaces, when listed, then the user stands before the organizations', async () => {
    const github = await scripted([
      get('/user/orgs', ok([{ id: 9, login: 'acme' }]), page),
      get('/user', ok(octocat)),
    ]);
    expect((await github.creation.namespaces(access, {})).items).toEqual([
      { id: '1', path: 'octocat', name: 'octocat', kind: 'user' },
      { id: '9', path: 'acme', name: 'acme', kind: 'organization' },
    ]);
  });

  test('given a later page of namespaces, when listed, then the user is not repeated', async () => {
    const github = await scripted([get('/user/orgs', ok([]), { ...page, page: '2' })]);
    expect(await github.creation.namespaces(access, { cursor: '2' })).toEqual({ items: [] });
  });
});

describe('listing repositories', () => {
  const link =
    '<https://api.github.com/user/repos?page=2>; rel="next", <https://api.github.com/user/repos?page=5>; rel="last"';

  test('given more than one page, when listed, then the cursor is the number of the next one', async () => {
    const github = await scripted([get('/user/repos', ok([helloWorld], { link }), page)]);
    const listed = await github.repositories(access, {});
    expect(listed.next).toBe('2');
    expect(listed.items[0]).toEqual({
      id: '1296269',
      owner: 'octocat',
      name: 'Hello-World',
      fullName: 'octocat/Hello-World',
      description: 'This your first repo!',
      visibility: 'public',
      webUrl: 'https://github.com/octocat/Hello-World',
      cloneUrls: {
        https: 'https://github.com/octocat/Hello-World.git',
        ssh: 'git@github.com:octocat/Hello-World.git',
      },
      defaultBranch: 'master',
      createdAt: Date.parse('2011-01-26T19:01:12Z'),
    });
  });

  test('C51 given a next link to another host, when its page is asked for, then our own host gets it', async () => {
    const evil = '<https://evil.example/user/repos?page=2>; rel="next"';
    const github = await scripted([
      get('/user/repos', ok([], { link: evil }), page),
      get('/user/repos', ok([]), { ...page, page: '2' }),
    ]);
    const { next = '' } = await github.repositories(access, {});
    expect(await github.repositories(access, { cursor: next })).toEqual({ items: [] });
  });

  test.each([
    ['their own', 'OctoCat', '/user/repos', { ...page, affiliation: 'owner' }],
    ['an organization', 'acme', '/orgs/acme/repos', page],
  ])(
    'given %s namespace, when listed, then only what is there',
    async (_, namespace, path, query) => {
      const github = await scripted([get(path, ok([helloWorld]), query)]);
      expect((await github.repositories(access, { namespace })).items).toHaveLength(1);
    },
  );

  test.each(['https://evil.example', '0', '-1', '1e3', ''])(
    'given the cursor "%s", when listed, then InvalidInput and no request',
    async (cursor) => {
      const github = await scripted([]);
      expect((await failureOf(github.repositories(access, { cursor }))).code).toBe('InvalidInput');
    },
  );
});

describe('finding a repository', () => {
  const path = '/repos/octocat/Hello-World';

  test('given none, when looked up, then undefined', async () => {
    const github = await scripted([get(path, notFound)]);
    expect(await github.creation.findRepository(access, 'octocat/Hello-World')).toBeUndefined();
  });

  test('given trouble, when looked up, then it is raised and not taken for "none"', async () => {
    const github = await scripted([get(path, { status: 500, text: '<html>Unicorn</html>' })]);
    const failure = await failureOf(github.creation.findRepository(access, 'octocat/Hello-World'));
    expect(failure.code).toBe('ProviderUnavailable');
  });

  test.each([
    ['no commit', notFound, undefined],
    ['a commit', ok(branchMaster), 'master'],
  ])(
    'given size 0 and %s, when looked up, then the default branch says so',
    async (_, branch, expected) => {
      const github = await scripted([
        get(path, ok({ ...helloWorld, size: 0 })),
        get(`${path}/branches/master`, branch),
      ]);
      const found = await github.creation.findRepository(access, 'octocat/Hello-World');
      expect(found?.defaultBranch).toBe(expected);
    },
  );

  test('given a fork in an older Enterprise Server, when looked up, then parent and visibility are read', async () => {
    const { visibility: _, ...older } = helloWorld;
    const wire = { ...older, private: true, parent: { full_name: 'acme/template' } };
    const github = await scripted([get(path, ok(wire))]);
    expect(await github.creation.findRepository(access, 'octocat/Hello-World')).toMatchObject({
      parent: 'acme/template',
      visibility: 'private',
    });
  });

  test.each(['octocat', 'a/b/c', '/x', 'x/', '../x', 'octocat/..'])(
    'C54 given the name "%s", when looked up, then InvalidInput and no request',
    async (name) => {
      const github = await scripted([]);
      expect((await failureOf(github.creation.findRepository(access, name))).code).toBe(
        'InvalidInput',
      );
    },
  );

  test('C54 given a name with a percent sign, when looked up, then it is encoded', async () => {
    const github = await scripted([get('/repos/octocat/a%252fb', notFound)]);
    expect(await github.creation.findRepository(access, 'octocat/a%2fb')).toBeUndefined();
  });
});

describe('deleting a repository', () => {
  test('given an OAuth app that does not ask for delete_repo, when deleting is asked for, then it is not offered', async () => {
    const github = await scripted([]);
    expect(github.creation.deleteRepository).toBeUndefined();
  });

  const handle = { id: '1296269', fullName: 'octocat/Hello-World' };
  const path = '/repos/octocat/Hello-World';

  test.each([
    ['it is there', { status: 204 }],
    ['it is gone already', notFound],
  ])('given %s, when deleted, then done', async (_, reply) => {
    const github = await scripted(
      [{ expect: { method: 'DELETE', path: `/api/v3${path}` }, reply }],
      { scopes: ['repo', 'delete_repo'] },
    );
    await expect(github.creation.deleteRepository(access, handle)).resolves.toBeUndefined();
  });

  test('given a token without the scope, when deleted, then the scope is named', async () => {
    const reply = {
      status: 403,
      headers: { 'x-oauth-scopes': 'repo, gist', 'x-accepted-oauth-scopes': 'delete_repo' },
      json: { message: 'Must have admin rights to Repository.' },
    };
    const github = await scripted(
      [{ expect: { method: 'DELETE', path: `/api/v3${path}` }, reply }],
      { scopes: ['repo', 'delete_repo'] },
    );
    const failure = await failureOf(github.creation.deleteRepository(access, handle));
    expect(failure.code).toBe('ScopeMissing');
    expect(failure.details.remedy).toContain('delete_repo');
  });
});
