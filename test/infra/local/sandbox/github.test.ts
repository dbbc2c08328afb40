import { createPrivateKey } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultPace } from '../../../../infra/local/sandbox/options.ts';
import { anyPorts } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { appJwt, listOf, type Reply, send, user } from './calls.ts';

const now = Date.UTC(2026, 0, 31);
const copyMs = defaultPace.scheduledMs + defaultPace.startedMs;
const base64 = (text: string) => Buffer.from(text).toString('base64');

let sandbox: Sandbox;
let call: (method: string, path: string, json?: unknown) => Promise<Reply>;
beforeAll(async () => {
  sandbox = await startSandbox({ ports: anyPorts, now: () => now });
});
beforeEach(async () => {
  sandbox.reset();
  call = await user(sandbox, 'github');
});
afterAll(() => sandbox.close());

const generate = (template: string, name: string, more = {}) =>
  call('POST', `/repos/templates/${template}/generate`, { owner: 'sandbox-user', name, ...more });
const put = (path: string, message: string, text: string, sha?: string) =>
  call('PUT', path, { message, content: base64(text), ...(sha === undefined ? {} : { sha }) });

describe('generate', () => {
  test('given a template, when it is generated from, then 201 comes before the contents', async () => {
    const { status, body } = await generate('starter', 'mine', { description: 'mark' });
    expect([status, body.description, body.default_branch]).toEqual([201, 'mark', 'main']);
    expect((await call('GET', '/repos/sandbox-user/mine/branches/main')).status).toBe(404);
    expect((await call('GET', '/repos/sandbox-user/mine/contents/README.md')).status).toBe(404);
    sandbox.advance(defaultPace.settleMs);
    const early = await put('/repos/sandbox-user/mine/contents/a.txt', 'add', 'a');
    expect([early.status, early.body.message]).toEqual([409, 'Git Repository is empty.']);
    sandbox.advance(copyMs);
    expect((await call('GET', '/repos/sandbox-user/mine/branches/main')).status).toBe(200);
    expect((await call('GET', '/repos/sandbox-user/mine/branches/next')).status).toBe(404);
  });
  test('given all branches asked for, when the copy ends, then they are there', async () => {
    await generate('starter', 'mine', { include_all_branches: true });
    sandbox.advance(copyMs);
    const { body } = await call('GET', '/repos/sandbox-user/mine/branches');
    expect(listOf(body).map((each) => each.name)).toEqual(['main', 'next']);
  });
  test('given a name in use, when it is generated, then the errors are strings', async () => {
    await generate('starter', 'mine');
    const { status, body } = await generate('starter', 'Mine');
    const words = 'Could not clone: Name already exists on this account';
    expect([status, body]).toEqual([422, { message: words, errors: [words], status: '422' }]);
  });
  test('given a name in use, when it is created, then the errors are objects', async () => {
    await call('POST', '/user/repos', { name: 'mine' });
    const { status, body } = await call('POST', '/user/repos', { name: 'mine' });
    expect([status, body.errors?.[0]?.message]).toEqual([
      422,
      'name already exists on this account',
    ]);
  });
  test.each(['empty', 'hangs', 'fails'])(
    'given templates/%s, when time passes, then it never has contents',
    async (template) => {
      await generate(template, 'mine');
      sandbox.advance(20_000_000);
      expect((await call('GET', '/repos/sandbox-user/mine/branches/main')).status).toBe(404);
    },
  );
  test('given a template of others that is private, when it is used, then 404', async () => {
    expect((await generate('private', 'mine')).status).toBe(404);
  });
  test('given an organisation without the app, when it is the target, then 403', async () => {
    const { status, body } = await generate('starter', 'mine', { owner: 'other-org' });
    expect([status, body.message]).toEqual([403, 'Resource not accessible by integration']);
    sandbox.setInstalled('github', 'other-org', true);
    expect((await generate('starter', 'mine', { owner: 'other-org' })).status).toBe(201);
  });
});

describe('contents and Git data', () => {
  beforeEach(async () => {
    await call('POST', '/user/repos', { name: 'mine', auto_init: true });
    sandbox.advance(defaultPace.settleMs);
  });
  const root = '/repos/sandbox-user/mine';

  test('given a file, when it is put again, then its sha is needed and must be fresh', async () => {
    const first = await put(`${root}/contents/a.txt`, 'add', 'a');
    expect(first.status).toBe(201);
    expect((await put(`${root}/contents/a.txt`, 'again', 'b')).status).toBe(422);
    expect((await put(`${root}/contents/a.txt`, 'again', 'b', 'stale')).status).toBe(409);
    const sha = String(first.body.content?.sha);
    expect((await put(`${root}/contents/a.txt`, 'again', 'b', sha)).status).toBe(200);
  });
  test('given blobs, a tree and a commit, when the ref moves, then all files are in one commit', async () => {
    const { body: ref } = await call('GET', `${root}/git/ref/heads/main`);
    const { body: blob } = await call('POST', `${root}/git/blobs`, {
      content: base64('\u0000b'),
      encoding: 'base64',
    });
    const { body: tree } = await call('POST', `${root}/git/trees`, {
      base_tree: ref.object?.sha,
      tree: [
        { path: 'x/a.txt', mode: '100644', type: 'blob', content: 'a' },
        { path: 'x/b.bin', mode: '100644', type: 'blob', sha: blob.sha },
      ],
    });
    const { body: commit } = await call('POST', `${root}/git/commits`, {
      message: 'two files',
      tree: tree.sha,
      parents: [ref.object?.sha],
    });
    expect((await call('PATCH', `${root}/git/refs/heads/main`, { sha: commit.sha })).status).toBe(
      200,
    );
    const { branches } =
      sandbox
        .state('github')
        .repositories.find(({ fullName }) => fullName === 'sandbox-user/mine') ?? {};
    expect(branches?.main?.commits.map(({ message }) => message)).toEqual([
      'two files',
      'Initial commit',
    ]);
    expect(branches?.main?.files).toMatchObject({
      'x/a.txt': 'a',
      'x/b.bin': '\u0000b',
      'README.md': '# mine\n\n',
    });
  });
  test('given a commit without the head as parent, when the ref moves, then 422', async () => {
    const { body: tree } = await call('POST', `${root}/git/trees`, {
      tree: [{ path: 'a', mode: '100644', type: 'blob', content: 'a' }],
    });
    const { body: commit } = await call('POST', `${root}/git/commits`, {
      message: 'orphan',
      tree: tree.sha,
      parents: [],
    });
    const moved = await call('PATCH', `${root}/git/refs/heads/main`, { sha: commit.sha });
    expect([moved.status, moved.body.message]).toEqual([422, 'Update is not a fast forward']);
  });
  test('given a protected branch, when a file is put, then it is refused', async () => {
    sandbox.seed('github', {
      repositories: [{ owner: 'sandbox-user', name: 'guarded', protected: true }],
    });
    expect((await put('/repos/sandbox-user/guarded/contents/a', 'add', 'a')).status).toBe(409);
  });
});

describe('the REST API', () => {
  test('given no User-Agent, when it is called, then 403 in plain text', async () => {
    const status = await new Promise((resolve) => {
      const url = `${sandbox.providers.github.apiUrl}/user`;
      const sent = request(url, { headers: { host: 'localhost' } }, (answer) => {
        answer.resume();
        resolve([answer.statusCode, answer.headers['content-type']]);
      });
      sent.removeHeader('user-agent');
      sent.end();
    });
    expect(status).toEqual([403, 'text/plain; charset=utf-8']);
  });
  test('given many repositories, when they are listed, then Link leads through all', async () => {
    sandbox.seed('github', {
      repositories: [{ owner: 'sandbox-user', name: 'many', copies: 120 }],
    });
    const seen = new Set<unknown>();
    let next: string | undefined = '/user/repos?per_page=50';
    while (next !== undefined) {
      const { body, headers }: Reply = await call('GET', next);
      for (const each of listOf(body)) seen.add(each.full_name);
      const link = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
      next = link?.replace(sandbox.providers.github.apiUrl, '');
    }
    expect(seen.size).toBe(122);
  });
  test('given any answer, when it arrives, then it carries the rate limit', async () => {
    const { headers } = await call('GET', '/user');
    expect(headers.get('x-ratelimit-remaining')).toBe('4999');
  });
  test('given a fork, when it is asked for, then 202, its parent named, its branches later', async () => {
    const { status, body } = await call('POST', '/repos/templates/starter/forks', { name: 'mine' });
    expect([status, body.parent?.full_name]).toEqual([202, 'templates/starter']);
    expect((await call('GET', '/repos/sandbox-user/mine/branches')).body).toEqual([]);
  });
  test('given settings, when they are patched, then the repository shows them', async () => {
    await call('POST', '/user/repos', { name: 'mine' });
    const { body } = await call('PATCH', '/repos/sandbox-user/mine', {
      private: true,
      has_wiki: false,
      homepage: 'http://x',
    });
    expect(body).toMatchObject({
      private: true,
      visibility: 'private',
      has_wiki: false,
      homepage: 'http://x',
    });
  });
});

describe('installations', () => {
  const key = () => createPrivateKey(sandbox.providers.github.appPrivateKey ?? '');

  test('given a user token, when installations are listed, then only accounts with the app', async () => {
    const { body } = await call('GET', '/user/installations');
    const logins = listOf(body.installations).map((each) => each.account?.login);
    expect(logins).toEqual(['sandbox-user', 'sandbox-org']);
  });
  test('given an app JWT, when a narrow token is minted, then it reaches only what was asked', async () => {
    const token = await appJwt(key(), { now, iss: '4711' });
    const url = `${sandbox.providers.github.apiUrl}/app/installations/18/access_tokens`;
    const json = { repositories: ['handbook'], permissions: { contents: 'read' } };
    const { status, body } = await send('POST', url, { token, json });
    expect([status, body.repository_selection, body.permissions]).toEqual([
      201,
      'selected',
      { contents: 'read' },
    ]);
    const list = await send('GET', `${sandbox.providers.github.apiUrl}/installation/repositories`, {
      token: body.token,
    });
    expect(list.body.total_count).toBe(1);
  });
  test('given an account, when its installation is asked for, then it comes or 404', async () => {
    const token = await appJwt(key(), { now, iss: '4711' });
    const { apiUrl } = sandbox.providers.github;
    const found = await send('GET', `${apiUrl}/orgs/sandbox-org/installation`, { token });
    expect(found.body.id).toBe(18);
    const missing = await send('GET', `${apiUrl}/orgs/other-org/installation`, { token });
    expect(missing.status).toBe(404);
  });
  test('given a user token, when the app is asked for, then 401', async () => {
    expect((await call('GET', '/app/installations')).status).toBe(401);
  });
});
