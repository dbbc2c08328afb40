import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultPace } from '../../../../infra/local/sandbox/options.ts';
import { anyPorts } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { listOf, type Reply, send, user } from './calls.ts';

const { scheduledMs, startedMs, slowFactor } = defaultPace;
const name = 'sandbox-user%2Fmine';

let sandbox: Sandbox;
let call: (method: string, path: string, json?: unknown) => Promise<Reply>;
beforeAll(async () => {
  const now = Date.UTC(2026, 0, 31);
  sandbox = await startSandbox({ ports: anyPorts, now: () => now });
});
beforeEach(async () => {
  sandbox.reset();
  call = await user(sandbox, 'gitlab');
});
afterAll(() => sandbox.close());

const fork = (template: string, more = {}) =>
  call('POST', `/projects/templates%2F${template}/fork`, { name: 'mine', path: 'mine', ...more });
const status = async () => (await call('GET', `/projects/${name}`)).body.import_status;

describe('fork', () => {
  test('given a template, when it is forked, then it is scheduled, started, finished by time', async () => {
    const { status: code, body } = await fork('starter', {
      description: 'mark',
      visibility: 'private',
    });
    expect([code, body.import_status, body.default_branch]).toEqual([201, 'scheduled', null]);
    expect(body).toMatchObject({ description: 'mark', visibility: 'private' });
    expect(body.forked_from_project?.path_with_namespace).toBe('templates/starter');
    sandbox.advance(scheduledMs);
    expect(await status()).toBe('started');
    sandbox.advance(startedMs);
    const { body: done } = await call('GET', `/projects/${body.id}`);
    expect([done.import_status, done.default_branch]).toEqual(['finished', 'main']);
  });
  test('given templates/fails, when time passes, then it failed with its error', async () => {
    await fork('fails');
    sandbox.advance(scheduledMs + startedMs);
    const { body } = await call('GET', `/projects/${name}/import`);
    expect(body).toMatchObject({
      import_status: 'failed',
      import_error: expect.stringMatching(/./),
    });
  });
  test('given templates/hangs, when hours pass, then it is still scheduled', async () => {
    await fork('hangs');
    sandbox.advance(7_000_000);
    expect(await status()).toBe('scheduled');
  });
  test('given templates/cancelled, when time passes, then it is canceled', async () => {
    await fork('cancelled');
    sandbox.advance(scheduledMs);
    expect(await status()).toBe('canceled');
  });
  test('given templates/odd, when time passes, then an unknown word comes before finished', async () => {
    await fork('odd');
    sandbox.advance(scheduledMs);
    expect(['scheduled', 'started', 'finished', 'failed', 'canceled', 'none']).not.toContain(
      await status(),
    );
    sandbox.advance(startedMs);
    expect(await status()).toBe('finished');
  });
  test('given templates/slow, when the usual time passes, then it goes on', async () => {
    await fork('slow');
    sandbox.advance(scheduledMs + startedMs);
    expect(await status()).toBe('scheduled');
    sandbox.advance((scheduledMs + startedMs) * slowFactor);
    expect(await status()).toBe('finished');
  });
  test('given a name in use, when it is forked, then 409; when created, then 400', async () => {
    await fork('starter');
    const taken = {
      message: { name: ['has already been taken'], path: ['has already been taken'] },
    };
    const forked = await fork('starter');
    expect([forked.status, forked.body]).toEqual([409, taken]);
    const created = await call('POST', '/projects', { name: 'mine' });
    expect([created.status, created.body]).toEqual([400, taken]);
  });
  test('given a private template or a foreign namespace, when it is forked, then 404', async () => {
    expect((await fork('private')).body.message).toBe('404 Project Not Found');
    const { body } = await fork('starter', { namespace_path: 'templates' });
    expect(body.message).toBe('404 Target Namespace Not Found');
  });
  test('given a nested group, when it is the target, then the project is in it', async () => {
    const { body } = await fork('starter', { namespace_path: 'sandbox-org/team' });
    expect(body.path_with_namespace).toBe('sandbox-org/team/mine');
  });
  test('given a finished fork, when it is detached, then it names no source', async () => {
    await fork('starter');
    expect((await call('DELETE', `/projects/${name}/fork`)).status).toBe(204);
    expect((await call('GET', `/projects/${name}`)).body).not.toHaveProperty('forked_from_project');
    expect((await call('DELETE', `/projects/${name}/fork`)).status).toBe(304);
  });
});

describe('files', () => {
  const commit = (actions: unknown[], branch = 'main') =>
    call('POST', `/projects/${name}/repository/commits`, {
      branch,
      commit_message: 'seed',
      actions,
    });
  const create = { action: 'create', file_path: 'ci/a.yml', content: 'YQ==', encoding: 'base64' };

  test('given many actions, when they are committed, then they are one commit', async () => {
    await call('POST', '/projects', { name: 'mine', initialize_with_readme: true });
    const { status: code } = await commit([
      create,
      { action: 'update', file_path: 'README.md', content: 'new' },
    ]);
    expect(code).toBe(201);
    const { body } = await call('GET', `/projects/${name}/repository/files/ci%2Fa%2Eyml?ref=main`);
    expect(body).toMatchObject({ file_path: 'ci/a.yml', content: 'YQ==' });
    const project = sandbox.state('gitlab').repositories.find(({ path }) => path === 'mine');
    expect(project?.branches.main?.commits).toHaveLength(2);
    expect(project?.branches.main?.files).toEqual({ 'ci/a.yml': 'a', 'README.md': 'new' });
  });
  test('given a file that is there, when it is created, then 400; a missing one cannot be updated', async () => {
    await call('POST', '/projects', { name: 'mine' });
    expect((await commit([create])).status).toBe(201);
    expect((await commit([create])).body.message).toBe('A file with this name already exists');
    const missing = await commit([{ ...create, action: 'update', file_path: 'nothing' }]);
    expect(missing.body.message).toBe("A file with this name doesn't exist");
  });
  test('given a running import, when files are committed, then 400', async () => {
    await fork('starter');
    expect((await commit([create])).status).toBe(400);
  });
});

describe('the REST API', () => {
  test('given no, an unknown and an expired token, when it is called, then each has its body', async () => {
    const url = `${sandbox.providers.gitlab.apiUrl}/user`;
    expect((await send('GET', url)).body).toEqual({ message: '401 Unauthorized' });
    expect((await send('GET', url, { token: 'x' })).body.error_description).toBe(
      'Bad Access Token.',
    );
    sandbox.expire('gitlab');
    expect((await call('GET', '/user')).body.error_description).toContain('Token is expired.');
  });
  test('given many projects, when pages are asked for, then x-next-page leads through them', async () => {
    sandbox.seed('gitlab', { repositories: [{ owner: 'sandbox-user', name: 'many', copies: 30 }] });
    const first = await call('GET', '/projects?membership=true');
    expect([first.body.length, first.headers.get('x-next-page')]).toEqual([20, '2']);
    const last = await call('GET', '/projects?membership=true&page=2');
    expect([last.body.length, last.headers.get('x-next-page')]).toEqual([12, '']);
  });
  test('given any page size, when the pages are followed, then each project comes once', async () => {
    sandbox.seed('gitlab', { repositories: [{ owner: 'other-org', name: 'many', copies: 23 }] });
    const size = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(size, async (perPage) => {
        const seen: unknown[] = [];
        let page = '1';
        while (page !== '') {
          const path = `/groups/other-org/projects?per_page=${perPage}&page=${page}`;
          const { body, headers } = await call('GET', path);
          seen.push(...listOf(body).map(({ id }) => id));
          page = headers.get('x-next-page') ?? '';
        }
        expect([seen.length, new Set(seen).size]).toEqual([23, 23]);
      }),
      { numRuns: 15 },
    );
  });
  test('given keyset paging, when it is asked for, then only Link leads on', async () => {
    sandbox.seed('gitlab', { repositories: [{ owner: 'sandbox-user', name: 'many', copies: 30 }] });
    const first = await call('GET', '/projects?membership=true&pagination=keyset&order_by=id');
    expect(first.headers.get('x-next-page')).toBeNull();
    const link = /<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const next = await call('GET', link.replace(sandbox.providers.gitlab.apiUrl, ''));
    expect(next.body).toHaveLength(12);
  });
});
