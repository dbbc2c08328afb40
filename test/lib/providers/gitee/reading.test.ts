import { describe, expect, test } from 'vitest';
import { create } from '../../../../lib/providers/gitee/index.ts';
import type { Exchange } from '../../../harness/replay.ts';
import { access, bearer, contextOf, creationOf, failureOf, repositoryBody } from '../v5/setup.ts';

const get = (
  path: string,
  reply: Exchange['reply'],
  query: Record<string, string> = {},
): Exchange => ({
  expect: { method: 'GET', path: `/api/v5${path}`, query, headers: bearer },
  reply,
});

const ok = (json: unknown, headers: Record<string, string> = {}) => ({
  status: 200,
  json,
  headers,
});

async function gitee(...script: readonly Exchange[]) {
  return create((await contextOf(script, { kind: 'gitee' })).context);
}

describe('identify', () => {
  test('given a token, when its account is asked for, then id and login are read', async () => {
    const user = { id: 1535738, login: 'demo', name: 'Demo', type: 'User', blog: null, bio: '' };
    const provider = await gitee(get('/user', ok(user)));

    expect(await provider.identify(access.token)).toEqual({
      id: '1535738',
      login: 'demo',
      name: 'Demo',
    });
  });

  test('given an answer without an id, when read, then it is not understood', async () => {
    const provider = await gitee(get('/user', ok({ login: 'demo' })));

    expect(await failureOf(provider.identify(access.token))).toMatchObject({
      code: 'ProviderProtocol',
    });
  });
});

describe('namespaces', () => {
  const personal = { id: 1576684, type: 'personal', name: 'Demo', path: 'demo' };
  const group = { id: 2, type: 'group', name: 'Acme', path: 'acme' };
  const foreign = { id: 3, type: 'personal', name: 'Other', path: 'other' };
  const enterprise = { id: 4, type: 'enterprise', name: 'Company', path: 'company' };
  const listed = (rows: unknown[]) => get('/user/namespaces', ok(rows), { mode: 'all' });
  const own = { id: '1576684', path: 'demo', name: 'Demo', kind: 'user' };
  const acme = { id: '2', path: 'acme', name: 'Acme', kind: 'organization' };

  test('given places of all kinds, when listed, then the own and the groups remain', async () => {
    const provider = await gitee(listed([foreign, group, personal, enterprise]));

    const company = { id: '4', path: 'company', name: 'Company', kind: 'organization' };
    expect(await creationOf(provider).namespaces(access, {})).toEqual({
      items: [own, acme, company],
    });
  });

  test('given types in other letters, or none, when listed, then they are read', async () => {
    const rows = [
      { ...personal, type: null },
      { ...group, type: 'Group' },
      { ...enterprise, type: 'Enterprise' },
    ];
    const provider = await gitee(listed(rows));

    const { items } = await creationOf(provider).namespaces(access, {});
    expect(items.map(({ kind }) => kind)).toEqual(['user', 'organization', 'organization']);
  });

  test('given a user without repositories, when listed, then the own namespace is there', async () => {
    const provider = await gitee(
      listed([group]),
      get('/user', ok({ id: 1, login: 'demo' })),
      get('/user/namespace', ok(personal), { path: 'demo' }),
    );

    expect(await creationOf(provider).namespaces(access, {})).toEqual({ items: [own, acme] });
  });
});

describe('repositories', () => {
  const first = { page: '1', per_page: '50' };

  test('given a repository, when listed, then every field is read', async () => {
    const provider = await gitee(get('/user/repos', ok([repositoryBody]), first));

    expect((await provider.repositories(access, {})).items).toEqual([
      {
        id: '14836026',
        owner: 'demo',
        name: 'site',
        fullName: 'demo/site',
        description: '',
        visibility: 'public',
        webUrl: 'https://gitee.com/demo/site',
        cloneUrls: {
          https: 'https://gitee.com/demo/site.git',
          ssh: 'git@gitee.com:demo/site.git',
        },
        defaultBranch: 'master',
        createdAt: Date.parse('2021-03-24T03:24:34Z'),
      },
    ]);
  });

  const visibilities: [object, string][] = [
    [{ private: true, public: false }, 'private'],
    [{ private: false, public: false, internal: true }, 'internal'],
    [{ private: null, public: null, internal: null }, 'private'],
  ];

  test.each(visibilities)('given %o, when listed, then it is %s', async (flags, visibility) => {
    const body = { ...repositoryBody, ...flags };
    const provider = await gitee(get('/user/repos', ok([body]), first));

    expect((await provider.repositories(access, {})).items).toMatchObject([{ visibility }]);
  });

  test('given a fork and an empty repository, when listed, then parent and missing branch show', async () => {
    const fork = { ...repositoryBody, parent: { id: 9, full_name: 'templates/site' } };
    const empty = { ...repositoryBody, empty_repo: true };
    const provider = await gitee(get('/user/repos', ok([fork, empty]), first));

    const { items } = await provider.repositories(access, {});

    expect(items[0]).toMatchObject({ parent: 'templates/site', defaultBranch: 'master' });
    expect(items[1]).not.toHaveProperty('defaultBranch');
  });

  test('given two pages by total_page, when followed, then the second is the last', async () => {
    const provider = await gitee(
      get('/orgs/acme/repos', ok([repositoryBody], { total_page: '2' }), first),
      get('/orgs/acme/repos', ok([repositoryBody], { total_page: '2' }), { ...first, page: '2' }),
    );

    const one = await provider.repositories(access, { namespace: 'acme' });
    const two = await provider.repositories(access, { namespace: 'acme', cursor: one.next ?? '' });

    expect([one.next, two.next]).toEqual(['2', undefined]);
  });

  test.each([
    [49, undefined],
    [50, '2'],
  ])('given %d rows and no total_page, when listed, then next is %s', async (count, next) => {
    const rows = Array.from({ length: count }, () => repositoryBody);
    const provider = await gitee(get('/user/repos', ok(rows), first));

    expect((await provider.repositories(access, {})).next).toBe(next);
  });

  test("given the user's own namespace, when listed, then only what stands there is", async () => {
    const namespace = { id: 2, type: 'group', name: 'Acme', path: 'acme' };
    const elsewhere = { ...repositoryBody, full_name: 'acme/site', namespace };
    const query = { ...first, type: 'personal' };
    const provider = await gitee(get('/user/repos', ok([elsewhere, repositoryBody]), query));

    const { items } = await provider.repositories(access, { namespace: 'Demo' });

    expect(items.map(({ fullName }) => fullName)).toEqual(['demo/site']);
  });

  test('C54 given dots for a namespace, when listed, then no request is made', async () => {
    const provider = await gitee();

    const error = await failureOf(provider.repositories(access, { namespace: '..' }));

    expect(error).toMatchObject({ code: 'InvalidInput' });
  });
});

describe('findRepository', () => {
  const find = async (reply: Exchange['reply']) =>
    creationOf(await gitee(get('/repos/demo/site', reply))).findRepository(access, 'demo/site');

  test('given a repository, when looked up, then it is found', async () => {
    expect(await find(ok(repositoryBody))).toMatchObject({ fullName: 'demo/site' });
  });

  test('given the word of the host that there is none, when looked up, then it is undefined', async () => {
    expect(await find({ status: 404, json: { message: '404 Project Not Found' } })).toBeUndefined();
  });

  const troubles: [string, Exchange['reply'], string][] = [
    ["a proxy's 404 page", { status: 404, text: '<html>Not Found</html>' }, 'ProviderProtocol'],
    ['a refused token', { status: 401, json: { message: '401' } }, 'ReconnectRequired'],
    ['a refusal', { status: 403, json: { message: '403 Forbidden' } }, 'Forbidden'],
    ['a body that is no repository', ok({ id: 1 }), 'ProviderProtocol'],
  ];

  test.each(troubles)('given %s, when looked up, then it is raised', async (_, reply, code) => {
    expect(await failureOf(find(reply))).toMatchObject({ code });
  });
});
