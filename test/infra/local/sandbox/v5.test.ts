import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultPace } from '../../../../infra/local/sandbox/options.ts';
import { anyPorts } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { listOf, type Reply, send, user } from './calls.ts';

const content = Buffer.from('hello').toString('base64');
const copyMs = defaultPace.scheduledMs + defaultPace.startedMs;
const ids = ['gitee', 'atomgit-v5'] as const;

let sandbox: Sandbox;
beforeAll(async () => {
  const now = Date.UTC(2026, 0, 31);
  sandbox = await startSandbox({ ports: anyPorts, now: () => now });
});
afterAll(() => sandbox.close());

describe.each(ids)('%s', (id) => {
  let call: (method: string, path: string, json?: unknown) => Promise<Reply>;
  beforeEach(async () => {
    sandbox.reset();
    call = await user(sandbox, id);
  });
  const fork = (more = {}) =>
    call('POST', '/repos/templates/starter/forks', { name: 'Mine', path: 'mine', ...more });

  test('given a fork, when time passes, then the default branch appears', async () => {
    const { status, body } = await fork();
    expect([status, body.full_name]).toEqual([201, 'sandbox-user/mine']);
    expect((await call('GET', '/repos/sandbox-user/mine')).body.default_branch).toBeNull();
    sandbox.advance(copyMs);
    const { body: done } = await call('GET', '/repos/sandbox-user/mine');
    expect(done).toMatchObject({ default_branch: 'main', fork: true, name: 'Mine', path: 'mine' });
    expect(done.parent?.full_name).toBe('templates/starter');
    expect(done.created_at).toBe('2026-01-31T08:00:00+08:00');
  });
  test('given an organisation, when it is named, then the fork is in it', async () => {
    expect((await fork({ organization: 'sandbox-org' })).body.full_name).toBe('sandbox-org/mine');
    expect((await fork({ organization: 'templates' })).status).toBe(404);
  });
  test('given a name in use, when it is taken again, then 422 in two shapes', async () => {
    await fork();
    const forked = await fork();
    expect([forked.status, forked.body.messages?.length]).toEqual([422, 1]);
    const created = await call('POST', '/user/repos', { name: 'mine' });
    expect([created.status, created.body.error?.base?.length]).toEqual([422, 1]);
  });
  test('given settings without a name, when they are patched, then 400; with it, they are shown', async () => {
    await fork();
    expect((await call('PATCH', '/repos/sandbox-user/mine', { private: true })).status).toBe(400);
    const { body } = await call('PATCH', '/repos/sandbox-user/mine', {
      name: 'Mine',
      private: true,
      has_wiki: false,
    });
    // AtomGit switches the wiki by a call of its own.
    const has_wiki = id === 'atomgit-v5';
    expect(body).toMatchObject({ private: true, public: false, has_wiki });
  });
  test('given a file, when it is posted, put stale and put, then 201, 400 and 200', async () => {
    await call('POST', '/orgs/sandbox-org/repos', { name: 'mine', auto_init: true });
    const path = '/repos/sandbox-org/mine/contents/a/b.txt';
    const posted = await call('POST', path, { content, message: 'add' });
    expect([posted.status, posted.body.content?.path]).toEqual([201, 'a/b.txt']);
    expect((await call('POST', path, { content, message: 'add' })).status).toBe(400);
    expect((await call('PUT', path, { content, message: 'new', sha: 'stale' })).status).toBe(400);
    const sha = posted.body.content?.sha;
    expect((await call('PUT', path, { content, message: 'new', sha })).status).toBe(200);
    expect((await call('GET', path)).body.content).toBe(content);
  });
  test('given a running copy, when a file is posted, then 404', async () => {
    await fork();
    expect(
      (await call('POST', '/repos/sandbox-user/mine/contents/a', { content, message: 'x' })).status,
    ).toBe(404);
  });
  test('given many repositories, when they are listed, then the headers count them', async () => {
    sandbox.seed(id, { repositories: [{ owner: 'sandbox-user', name: 'many', copies: 30 }] });
    const { body, headers } = await call('GET', '/user/repos?per_page=10&page=4');
    expect([body.length, headers.get('total_count'), headers.get('total_page')]).toEqual([
      2,
      '32',
      '4',
    ]);
  });
  test('given namespaces, when they are listed, then the user and their organisations, those without repositories only if all are asked for', async () => {
    const paths = async (mode: string) =>
      listOf((await call('GET', `/user/namespaces?mode=${mode}`)).body).map(({ path }) => path);
    expect(await paths('project')).toEqual(['sandbox-user', 'sandbox-org']);
    expect(await paths('all')).toEqual(['sandbox-user', 'sandbox-org', 'other-org']);
  });
});

describe('where the two differ', () => {
  beforeEach(() => sandbox.reset());

  test('given a missing path, when it is read, then Gitee says [] and AtomGit 404', async () => {
    const path = '/repos/templates/starter/contents/nothing';
    const gitee = await (await user(sandbox, 'gitee'))('GET', path);
    expect([gitee.status, gitee.body]).toEqual([200, []]);
    expect((await (await user(sandbox, 'atomgit-v5'))('GET', path)).status).toBe(404);
  });
  test('given Gitee Go, when it is opened, then the repository has CI; AtomGit has no such call', async () => {
    const gitee = await user(sandbox, 'gitee');
    expect((await gitee('POST', '/repos/sandbox-user/notes/open')).status).toBe(204);
    const { repositories } = sandbox.state('gitee');
    expect(repositories.find(({ path }) => path === 'notes')?.ci).toBe(true);
    const atomgit = await user(sandbox, 'atomgit-v5');
    expect((await atomgit('POST', '/repos/sandbox-user/notes/open')).status).toBe(404);
  });
  test('given an expired token, when it is used, then each has its own words', async () => {
    const gitee = await user(sandbox, 'gitee');
    const atomgit = await user(sandbox, 'atomgit-v5');
    for (const id of ids) sandbox.expire(id);
    expect((await gitee('GET', '/user')).body.message).toBe(
      '401 Unauthorized: Access token is expired',
    );
    expect((await atomgit('GET', '/user')).body.message).toBe('401 Unauthorized');
  });
  test('given no client credentials, when Gitee is asked to refresh, then it does', async () => {
    const { webUrl } = sandbox.providers.gitee;
    await user(sandbox, 'gitee');
    const token = sandbox.state('gitee').tokens.find(({ use }) => use === 'refresh');
    const form = { grant_type: 'refresh_token', refresh_token: token?.value ?? '' };
    expect((await send('POST', `${webUrl}/oauth/token`, { form })).status).toBe(200);
  });
});
