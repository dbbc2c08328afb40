import { describe, expect, test } from 'vitest';
import {
  access,
  diaspora,
  failureOf,
  get,
  handle,
  ok,
  refuse,
  remove,
  scripted,
} from './fixtures.ts';

const page = { page: '1', per_page: '50' };
const groups = { ...page, min_access_level: '30' };

describe('namespaces', () => {
  test('given the first page, when listed, then the own namespace stands before the groups', async () => {
    const gitlab = await scripted([
      get(
        '/groups',
        ok([{ id: 9, name: 'tools', path: 'tools', full_path: 'acme/tools' }]),
        groups,
      ),
      get('/user', ok({ id: 1, username: 'octo', name: 'Octo' })),
      get('/namespaces/octo', ok({ id: 1, name: 'Octo', full_path: 'octo', kind: 'user' })),
    ]);
    expect((await gitlab.creation.namespaces(access, {})).items).toEqual([
      { id: '1', path: 'octo', name: 'Octo', kind: 'user' },
      { id: '9', path: 'acme/tools', name: 'tools', kind: 'organization' },
    ]);
  });

  test('given a later page, when listed, then the own namespace is not repeated', async () => {
    const gitlab = await scripted([get('/groups', ok([]), { ...groups, page: '2' })]);
    expect(await gitlab.creation.namespaces(access, { cursor: '2' })).toEqual({ items: [] });
  });
});

describe('listing repositories', () => {
  test('given more than one page, when listed, then the cursor is the number of the next one', async () => {
    const gitlab = await scripted([
      get('/projects', ok([diaspora], { 'x-next-page': '2' }), { ...page, membership: 'true' }),
    ]);
    const listed = await gitlab.repositories(access, {});
    expect(listed.next).toBe('2');
    expect(listed.items[0]).toEqual({
      id: '3',
      owner: 'diaspora',
      name: 'diaspora-project-site',
      fullName: 'diaspora/diaspora-project-site',
      description: 'Lorem ipsum dolor sit amet, consectetur adipiscing elit.',
      visibility: 'internal',
      webUrl: 'http://example.com/diaspora/diaspora-project-site',
      cloneUrls: {
        https: 'http://example.com/diaspora/diaspora-project-site.git',
        ssh: 'git@example.com:diaspora/diaspora-project-site.git',
      },
      defaultBranch: 'main',
      createdAt: Date.parse('2013-09-30T13:46:02Z'),
    });
  });

  test('C51 given a Link header to another host, when listed, then it is not looked at', async () => {
    const link = '<https://evil.example/?page=2>; rel="next"';
    const gitlab = await scripted([
      get('/projects', ok([], { link, 'x-next-page': '' }), { ...page, membership: 'true' }),
    ]);
    expect(await gitlab.repositories(access, {})).toEqual({ items: [] });
  });

  test.each([
    ['their own', 'octo', '/users/octo/projects'],
    ['a nested group', 'acme/tools', '/groups/acme%2Ftools/projects'],
  ])('given %s namespace, when listed, then only what is there', async (_, namespace, path) => {
    const gitlab = await scripted([get(path, ok([diaspora]), page)]);
    expect((await gitlab.repositories(access, { namespace })).items).toHaveLength(1);
  });

  test('given a cursor that is none, when listed, then InvalidInput and no request', async () => {
    const gitlab = await scripted([]);
    const work = gitlab.repositories(access, { cursor: 'https://evil.example' });
    expect((await failureOf(work)).code).toBe('InvalidInput');
  });
});

describe('finding a repository', () => {
  const path = '/projects/acme%2Ftools%2Fsite';

  test('given a nested path, when looked up, then it goes as one encoded segment', async () => {
    const wire = { ...diaspora, forked_from_project: { path_with_namespace: 'acme/template' } };
    const gitlab = await scripted([get(path, ok(wire))]);
    expect((await gitlab.creation.findRepository(access, 'acme/tools/site'))?.parent).toBe(
      'acme/template',
    );
  });

  test('given a repository without a commit, when looked up, then it has no default branch', async () => {
    const gitlab = await scripted([get(path, ok({ ...diaspora, empty_repo: true }))]);
    const found = await gitlab.creation.findRepository(access, 'acme/tools/site');
    expect(found?.defaultBranch).toBeUndefined();
  });

  test('given none, when looked up, then undefined', async () => {
    const gitlab = await scripted([get(path, refuse(404, { message: '404 Project Not Found' }))]);
    expect(await gitlab.creation.findRepository(access, 'acme/tools/site')).toBeUndefined();
  });

  test('given trouble, when looked up, then it is raised and not taken for "none"', async () => {
    const gitlab = await scripted([get(path, { status: 500, text: 'Whoops' })]);
    const failure = await failureOf(gitlab.creation.findRepository(access, 'acme/tools/site'));
    expect(failure.code).toBe('ProviderUnavailable');
  });

  test.each(['.', '..'])('C54 given "%s", when looked up, then InvalidInput', async (name) => {
    const gitlab = await scripted([]);
    expect((await failureOf(gitlab.creation.findRepository(access, name))).code).toBe(
      'InvalidInput',
    );
  });
});

describe('deleting a repository', () => {
  test.each([
    ['it is there', refuse(202, { message: '202 Accepted' })],
    ['it is gone already', refuse(404, { message: '404 Project Not Found' })],
    [
      'it is on its way out',
      refuse(400, { message: 'Project has been already marked for deletion' }),
    ],
  ])('given %s, when deleted, then done', async (_, reply) => {
    const gitlab = await scripted([remove('/projects/3', reply)]);
    await expect(gitlab.creation.deleteRepository(access, handle)).resolves.toBeUndefined();
  });

  test('given no permission, when deleted, then it is raised', async () => {
    const gitlab = await scripted([
      remove('/projects/3', refuse(403, { message: '403 Forbidden' })),
    ]);
    expect((await failureOf(gitlab.creation.deleteRepository(access, handle))).code).toBe(
      'Forbidden',
    );
  });
});
