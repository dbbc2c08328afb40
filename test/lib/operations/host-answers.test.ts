import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../../infra/local/sandbox/faults.ts';
import type { HostId } from '../../../infra/local/sandbox/registry.ts';
import { findNamed } from '../../../lib/operations/names.ts';
import { defined } from '../../../lib/primitives/defined.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';
import { partition, type SandboxWorld, startSandboxWorld } from './sandbox-world.ts';
import { steppedWorkflow } from './world.ts';

let database: Database;
let world: SandboxWorld;
beforeAll(async () => {
  database = await startDynalite();
  world = await startSandboxWorld(database.table);
});
afterAll(async () => {
  await world.close();
  await database.stop();
});

/** Creates and runs one operation to its end; faults are the host's answers meanwhile. */
async function ended(
  host: HostId,
  body: { name: string } & Record<string, unknown>,
  faults: readonly FaultRule[] = [],
) {
  const template = 'template' in body ? {} : { template: 'templates/starter' };
  const operation = await world.create(host, defined({ ...template, ...body }), body.name);
  for (const fault of faults) world.sandbox.fault({ count: 99, ...fault, provider: host });
  const ops = world.operations(host);
  await steppedWorkflow((_, run) => run(ops), world.advance, operation);
  world.sandbox.clearFaults();
  const record = await ops.store.read(operation.id);
  const repositories = world.sandbox
    .state(host)
    .repositories.filter(({ fullName }) => fullName.startsWith(`sandbox-user/${body.name}`));
  return { record, repositories };
}

describe('a creation', () => {
  test('given a name that leads on to a repository which was renamed, when it is asked for, then exactly one is made there, and the renamed one is untouched', async () => {
    world.sandbox.seed('github', {
      repositories: [{ owner: 'sandbox-user', name: 'former', description: 'old' }],
    });
    world.sandbox.rename('github', 'sandbox-user/former', 'renamed');
    const { record, repositories } = await ended('github', { name: 'former' });
    expect(record?.status).toBe('succeeded');
    expect(repositories).toHaveLength(1);
    const renamed = world.sandbox
      .state('github')
      .repositories.find(({ path }) => path === 'renamed');
    expect(renamed?.description).toBe('old');
  });

  test('given a template that was renamed, when it is named as before, then the new one is taken', async () => {
    world.sandbox.seed('github', {
      repositories: [
        { owner: 'templates', name: 'old-starter', isTemplate: true, visibility: 'public' },
      ],
    });
    world.sandbox.rename('github', 'templates/old-starter', 'new-starter');
    const { record, repositories } = await ended('github', {
      name: 'from-renamed',
      template: 'templates/old-starter',
    });
    expect(record?.status).toBe('succeeded');
    expect(repositories[0]?.template).toBe('templates/new-starter');
  });

  test.each(['github', 'gitee', 'atomgit-v5'] as const)(
    'given a private fork of a public template at %s, when it is asked for, then it is refused before anything is there',
    async (host) => {
      const { record, repositories } = await ended(host, {
        name: `forked-at-${host}`,
        strategy: 'fork',
        files: [{ path: 'private.env', text: 'INTERNAL=1' }],
      });
      expect(record?.error).toMatchObject({
        code: 'Unsupported',
        reason: 'fork_visibility',
        remedy: expect.stringMatching(/public.*generate/),
      });
      expect(repositories).toEqual([]);
    },
  );

  test('given a host that leaves a private repository public, when it is configured, then it fails before any file is committed', async () => {
    const { record, repositories } = await ended(
      'gitee',
      {
        name: 'left-public',
        template: undefined,
        files: [{ path: 'private.env', text: 'INTERNAL=1' }],
      },
      [
        {
          action: 'status',
          method: 'PATCH',
          path: '*/left-public',
          status: 200,
          body: { id: 1, full_name: 'sandbox-user/left-public', private: false, public: true },
        },
      ],
    );
    expect(record?.error).toMatchObject({
      code: 'Unsupported',
      reason: 'visibility_not_applied',
      step: 'configureRepo',
    });
    const [made] = repositories;
    expect(made?.branches[made.defaultBranch]?.files).not.toHaveProperty('private.env');
  });

  test('given an organization that decides about Actions, when they are asked for, then it fails after one try, without our mark in public', async () => {
    const before = world.sandbox.requests.length;
    const { record, repositories } = await ended(
      'github',
      { name: 'actpol', ci: true, description: 'My app' },
      [
        {
          action: 'status',
          method: 'PUT',
          path: '*/actions/permissions',
          status: 409,
          body: { message: 'Conflict', status: '409' },
        },
      ],
    );
    expect(record?.error).toMatchObject({ code: 'Forbidden', reason: 'ci_set_by_organization' });
    expect(repositories[0]?.description).toBe('My app');
    const puts = world.sandbox.requests.slice(before).filter(({ method }) => method === 'PUT');
    expect(puts).toHaveLength(1);
  });

  test.each([
    ['github', 'PATCH'],
    ['gitlab', 'PUT'],
    ['gitee', 'PATCH'],
    ['atomgit-v5', 'PATCH'],
    ['gitea', 'PATCH'],
  ] as const)(
    'given %s, which answers settings with a conflict every time, when they are asked for, then it fails after few tries, with what the host says',
    async (host, method) => {
      const before = world.sandbox.requests.length;
      const body = { message: 'An administrator decides this', status: '409' };
      const { record } = await ended(host, { name: 'decided', description: 'My app' }, [
        { action: 'status', method, status: 409, body },
      ]);
      expect(record?.error).toMatchObject({
        code: 'Forbidden',
        reason: 'conflict',
        remedy: expect.stringContaining('An administrator decides this'),
      });
      const asked = world.sandbox.requests.slice(before).filter((each) => each.method === method);
      expect(asked.length).toBeLessThanOrEqual(20);
    },
  );

  test.each(['github', 'gitlab', 'gitee', 'atomgit-v5', 'gitea'] as const)(
    'given a page of something before %s in place of any one answer, when a repository is made, then it is made all the same, once',
    async (host) => {
      const pages = [
        { method: 'GET', path: '*/starter' },
        { method: 'POST', path: host === 'gitlab' ? '*/fork' : '*s' },
        { method: 'GET', path: '*/paged*' },
        { method: 'PATCH', path: '*' },
        { method: 'PUT', path: '*' },
      ] as const;
      const faults = pages.map(
        (page) => ({ ...page, action: 'html', status: 403, count: 1 }) as const,
      );
      const strategy = { strategy: 'fork', visibility: 'public' };
      const body = { name: `paged-${host}`, description: 'My app', ...strategy };
      const { record, repositories } = await ended(host, body, faults);
      expect([record?.status, record?.error]).toEqual(['succeeded', undefined]);
      expect(repositories).toHaveLength(1);
    },
  );

  test('given a template whose code the account may not read, when it is used, then that is said, not that it is empty', async () => {
    const { record } = await ended('gitlab', { name: 'no-code' }, [
      {
        action: 'status',
        path: '*/projects/templates*starter',
        status: 200,
        body: {
          id: 20007,
          path_with_namespace: 'templates/starter',
          visibility: 'private',
          empty_repo: false,
        },
      },
      {
        action: 'status',
        path: '*/projects/20007',
        status: 200,
        body: {
          id: 20007,
          path_with_namespace: 'templates/starter',
          visibility: 'private',
          empty_repo: false,
        },
      },
    ]);
    expect(record?.error).toMatchObject({ code: 'NotFound', reason: 'template_not_readable' });
  });

  test('given a template that was taken down, when it is used, then that is said', async () => {
    const { record } = await ended('github', { name: 'blocked' }, [
      {
        action: 'status',
        path: '*/templates/starter',
        status: 451,
        body: {
          message: 'Repository access blocked',
          block: { reason: 'dmca', html_url: 'https://github.com/github/dmca/notice' },
        },
      },
    ]);
    expect(record?.error).toMatchObject({
      code: 'Forbidden',
      reason: 'template_blocked',
      remedy: expect.stringContaining('github/dmca/notice'),
    });
  });

  test('given a group behind a thousand others, when it is named, then no list is read', async () => {
    const before = world.sandbox.requests.length;
    const { record } = await ended('gitlab', { name: 'far-away', namespace: 'sandbox-org' });
    expect(record?.status).toBe('succeeded');
    const lists = world.sandbox.requests
      .slice(before)
      .filter(({ url }) => /\/(groups|namespaces)\?/.test(url));
    expect(lists).toEqual([]);
  });
});

describe('a page of a proxy in place of the host', () => {
  test('given 404 for every look, when a name is checked, then nobody says that it is free', async () => {
    const ops = world.operations('gitlab');
    world.sandbox.fault({
      action: 'html',
      provider: 'gitlab',
      path: '*/projects/*',
      status: 404,
      count: 9,
    });
    const ref = { partition, id: 'connection' };
    const looked = ops.useConnection(ref, 'look', (access, provider) =>
      findNamed(access, provider, 'sandbox-user/notes'),
    );
    await expect(looked).rejects.toMatchObject({
      code: 'ProviderProtocol',
      details: { reason: 'unexpected_body' },
    });
    world.sandbox.clearFaults();
  });
});
