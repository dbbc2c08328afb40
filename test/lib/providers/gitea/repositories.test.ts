import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import {
  access,
  asked,
  get,
  handle,
  ok,
  refusalOf,
  refuse,
  repository,
  said,
  scripted,
} from './fixtures.ts';

const first = { page: '1', limit: '50' };
const user = get('/user', said('user'));
const organization = said('organization').json;

describe('namespaces', () => {
  test('given organisations, which carry no login, when listed, then they are known by their names, behind the own account', async () => {
    const { login: _, ...row } = organization;
    const gitea = await scripted([get('/user/orgs', ok([row]), first), user]);
    const { items } = await gitea.creation.namespaces(access, {});
    expect(items.map(({ path, kind }) => [path, kind])).toEqual([
      ['sandbox-user', 'user'],
      ['other-org', 'organization'],
    ]);
  });

  test('given a namespace that is a user’s, when it is looked for as one to create in, then there is none', async () => {
    const gitea = await scripted([get('/orgs/other-user', said('nobody as organization'))]);
    expect(await gitea.creation.findNamespace(access, 'other-user')).toBeUndefined();
  });
});

describe('lists', () => {
  const rows = (count: number) =>
    [...Array(count).keys()].map((n) => repository({ id: n + 1, full_name: `sandbox-user/r${n}` }));
  const listed = async (page: number, answer: Exchange['reply']) => {
    const gitea = await scripted([get('/user/repos', answer, { ...first, page: String(page) })]);
    return gitea.repositories(access, page === 1 ? {} : { cursor: String(page) });
  };
  const link = (rel: string) => ({ link: `<https://gitea.example/api/v1/x?page=2>; rel="${rel}"` });

  test.each<[string, number, Record<string, string>, string | undefined]>([
    ['a next link', 1, { ...link('next'), 'x-total-count': '130' }, '2'],
    ['links, and none of them next', 3, { ...link('first'), 'x-total-count': '9999' }, undefined],
    ['no link, for all is here', 1, { 'x-total-count': '3' }, undefined],
    ['a proxy that took the link away', 1, { 'x-total-count': '7' }, '2'],
    ['a proxy that took both away', 1, {}, undefined],
  ])(
    'given %s, when a page is read, then the cursor says whether more are behind it',
    async (_, page, headers, next) => {
      expect((await listed(page, ok(rows(3), headers))).next).toBe(next);
    },
  );

  test('given a count that says too much, when the page behind the last is read, then the list ends', async () => {
    expect(await listed(9, ok([], { 'x-total-count': '9999' }))).toEqual({ items: [] });
  });

  test('given null in the place of a list, when it is read, then nothing is there', async () => {
    expect(await listed(1, ok(null))).toEqual({ items: [] });
  });

  test('given rows that are null or broken, when they are read, then the others are there', async () => {
    const page = await listed(1, ok([null, { id: 1 }, repository({ full_name: 'a' }), ...rows(1)]));
    expect(page.items.map(({ fullName }) => fullName)).toEqual(['sandbox-user/r0']);
  });

  test('given a page of a proxy, when a list is read, then it is no list', async () => {
    const work = listed(1, { status: 200, text: '<html>Sign in</html>' });
    expect(await refusalOf(work)).toEqual(['ProviderProtocol', 'unexpected_body']);
  });
});

describe('one repository', () => {
  const path = '/repos/sandbox-user/notes';
  const moved = (location: string): Exchange['reply'] => ({
    status: 301,
    headers: { location },
    text: '',
  });

  test('given a former name, which answers 301, when it is read, then it is found as what it is called now', async () => {
    const now = repository({ full_name: 'sandbox-user/renamed' });
    const gitea = await scripted([
      get(path, moved('/api/v1/repos/sandbox-user/renamed')),
      get('/repos/sandbox-user/renamed', ok(now)),
    ]);
    const found = await gitea.creation.findRepository(access, handle.fullName);
    expect(found?.fullName).toBe('sandbox-user/renamed');
  });

  test('given a former name, when it is written, then it has moved, and nothing is written', async () => {
    const to = '/api/v1/repos/sandbox-user/renamed';
    const json = { description: 'x' };
    const now = get('/repos/sandbox-user/renamed', ok(repository()));
    const gitea = await scripted([asked('PATCH', path, moved(to), json), now]);
    const work = gitea.creation.configure(access, handle, json);
    expect(await refusalOf(work)).toEqual(['NotFound', 'moved']);
  });

  test('given a repository that is gone, when it is deleted, then that is a success', async () => {
    const gitea = await scripted([asked('DELETE', path, said('deleted again'))]);
    await gitea.creation.deleteRepository(access, handle);
  });

  test('given a repository of others, when it is deleted, then that is refused', async () => {
    const gitea = await scripted([
      asked('DELETE', path, refuse(403, 'user should be the owner of the repo')),
    ]);
    const work = gitea.creation.deleteRepository(access, handle);
    expect((await refusalOf(work))[0]).toBe('Forbidden');
  });
});
