import { describe, expect, test } from 'vitest';
import { processorTime } from '../../../harness/processor-time.ts';
import type { Exchange } from '../../../harness/replay.ts';
import {
  access,
  appSettings,
  branchMaster,
  failureOf,
  generated,
  get,
  helloWorld,
  inOrganization,
  notAccessible,
  notFound,
  ok,
  own,
  scripted,
  send,
} from './fixtures.ts';

const template = { template: 'octocat/Hello-World-Template', includeAllBranches: false };
const source = '/repos/octocat/Hello-World-Template';
const handle = { id: '1296269', fullName: 'octocat/Hello-World' };

const generating = (reply: Exchange['reply'], owner = 'octocat') =>
  send(
    'POST',
    `${source}/generate`,
    {
      owner,
      name: 'Hello-World',
      description: 'operation abc',
      include_all_branches: false,
      private: true,
    },
    reply,
  );

const page = { page: '1', per_page: '50' };

describe('generate', () => {
  test('given a template, when generated, then the mark is sent and no branch is claimed yet', async () => {
    const github = await scripted([generating({ status: 201, json: generated })]);
    const made = await github.creation.generate(access, template, own);
    expect(made).toMatchObject({ id: '1296269', parent: 'octocat/Hello-World-Template' });
    expect(made.defaultBranch).toBeUndefined();
  });

  test.each([
    [
      'today',
      {
        message: 'Could not clone: Name already exists on this account',
        errors: ['Could not clone: Name already exists on this account'],
        status: '422',
      },
    ],
    [
      'formerly',
      {
        message: 'Unprocessable Entity',
        errors: ['Could not clone: Name already exists on this account'],
      },
    ],
  ])(
    'given a taken name, when generated, then AlreadyExists, as GitHub says it %s',
    async (_, json) => {
      const github = await scripted([generating({ status: 422, json })]);
      expect((await failureOf(github.creation.generate(access, template, own))).code).toBe(
        'AlreadyExists',
      );
    },
  );

  test.each([
    ['hidden', notFound],
    ['refused', notAccessible],
  ])(
    'given an owner without the app (%s), when generated, then InstallationRequired with the link',
    async (_, reply) => {
      const github = await scripted(
        [
          generating(reply, 'acme'),
          get(source, ok({ ...helloWorld, is_template: true })),
          get('/user/installations', ok({ total_count: 0, installations: [] }), page),
        ],
        appSettings,
      );
      const failure = await failureOf(github.creation.generate(access, template, inOrganization));
      expect(failure.code).toBe('InstallationRequired');
      expect(failure.details.installUrl).toMatch(/\/github-apps\/bridge-app\/installations\/new$/);
    },
  );

  test('given a template the token cannot read, when generated, then it says what is needed', async () => {
    const github = await scripted([generating(notFound), get(source, notFound)]);
    const failure = await failureOf(github.creation.generate(access, template, own));
    expect(failure).toMatchObject({
      code: 'NotFound',
      details: { reason: 'template_not_readable' },
    });
    expect(failure.details.remedy).toContain('scope repo');
  });

  test('given a template the app cannot read, when generated, then the permission is named', async () => {
    const github = await scripted([generating(notFound), get(source, notFound)], appSettings);
    const failure = await failureOf(github.creation.generate(access, template, own));
    expect(failure.details.remedy).toContain('Contents: read');
  });

  test('given a repository that is no template, when generated, then InvalidInput says so', async () => {
    const github = await scripted([generating(notFound), get(source, ok(helloWorld))]);
    const failure = await failureOf(github.creation.generate(access, template, own));
    expect(failure).toMatchObject({ code: 'InvalidInput', details: { reason: 'not_a_template' } });
  });

  test('given a reply that never comes, when generated, then it is not sent twice', async () => {
    const github = await scripted([generating('cut')]);
    const failure = await failureOf(github.creation.generate(access, template, own));
    expect(failure.code).toBe('ProviderTimeout');
  });
});

describe('create', () => {
  const body = {
    name: 'Hello-World',
    description: 'operation abc',
    private: true,
    auto_init: true,
  };

  test.each([
    ['the user', own, '/user/repos'],
    ['an organization', inOrganization, '/orgs/acme/repos'],
  ])('given %s, when created, then there with a first commit', async (_, to, path) => {
    const github = await scripted([send('POST', path, body, { status: 201, json: helloWorld })]);
    expect((await github.creation.create(access, to)).defaultBranch).toBe('master');
  });

  test('given a taken name, when created, then AlreadyExists', async () => {
    const json = {
      message: 'Repository creation failed.',
      errors: [
        {
          resource: 'Repository',
          code: 'custom',
          field: 'name',
          message: 'name already exists on this account',
        },
      ],
      status: '422',
    };
    const github = await scripted([send('POST', '/user/repos', body, { status: 422, json })]);
    expect((await failureOf(github.creation.create(access, own))).code).toBe('AlreadyExists');
  });

  test.each([
    [422, { message: 'A previous repository operation is still in progress.' }],
    [
      422,
      {
        message: 'Repository creation failed.',
        errors: [{ code: 'custom', message: 'Previous visibility change is still in progress' }],
      },
    ],
    [409, { message: 'Conflict: a previous repository operation is still in progress' }],
  ])(
    'given an operation before that is not over, told as %d, when created, then it is busy and no bad input',
    async (status, json) => {
      const github = await scripted([send('POST', '/user/repos', body, { status, json })]);
      const failure = await failureOf(github.creation.create(access, own));
      expect(failure).toMatchObject({
        code: 'ProviderUnavailable',
        retryable: true,
        details: { reason: 'busy' },
      });
    },
  );

  test('given another refusal, when created, then InvalidInput names the field', async () => {
    const errors = [{ resource: 'Repository', code: 'missing_field', field: 'name' }];
    const json = { message: 'Repository creation failed.', errors };
    const github = await scripted([send('POST', '/user/repos', body, { status: 422, json })]);
    const failure = await failureOf(github.creation.create(access, own));
    expect(failure).toMatchObject({
      code: 'InvalidInput',
      details: { fields: [{ field: 'name', problem: 'missing_field' }] },
    });
  });

  test('given an unknown organization, when created, then NotFound', async () => {
    const github = await scripted([send('POST', '/orgs/acme/repos', body, notFound)]);
    const failure = await failureOf(github.creation.create(access, inOrganization));
    expect(failure).toMatchObject({ code: 'NotFound', details: { reason: 'owner_not_found' } });
  });

  test('given an OAuth token without repo, when created, then ScopeMissing', async () => {
    const headers = { 'x-oauth-scopes': 'gist', 'x-accepted-oauth-scopes': 'public_repo, repo' };
    const reply = { status: 404, headers, json: { message: 'Not Found' } };
    const github = await scripted([send('POST', '/user/repos', body, reply)]);
    expect((await failureOf(github.creation.create(access, own))).code).toBe('ScopeMissing');
  });
});

describe('fork', () => {
  const forking = (json: unknown) =>
    send(
      'POST',
      `${source}/forks`,
      { organization: 'acme', name: 'Hello-World', default_branch_only: true },
      { status: 202, json },
    );

  test('given a source, when forked, then the copy has only begun', async () => {
    const wire = { ...helloWorld, parent: { full_name: 'octocat/Hello-World-Template' } };
    const github = await scripted([forking(wire)]);
    const made = await github.creation.fork(access, template, inOrganization);
    expect([made.parent, made.defaultBranch]).toEqual(['octocat/Hello-World-Template', undefined]);
  });

  test('given an older fork of another name, when forked, then it is not taken for the new one', async () => {
    const github = await scripted([forking({ ...helloWorld, full_name: 'acme/old-fork' })]);
    const failure = await failureOf(github.creation.fork(access, template, inOrganization));
    expect(failure).toMatchObject({ code: 'AlreadyExists' });
  });
});

describe('readiness', () => {
  const path = '/repos/octocat/Hello-World';

  test.each([
    [
      'a first commit',
      [get(path, ok(helloWorld)), get(`${path}/branches/master`, ok(branchMaster))],
      { state: 'ready', defaultBranch: 'master' },
    ],
    [
      'a branch without a commit',
      [get(path, ok(helloWorld)), get(`${path}/branches/master`, notFound)],
      { state: 'pending', detail: 'no_commit' },
    ],
    [
      'no default branch',
      [get(path, ok({ ...helloWorld, default_branch: null }))],
      { state: 'pending', detail: 'no_default_branch' },
    ],
  ])('given %s, when looked at, then as it is', async (_, script, expected) => {
    const github = await scripted(script);
    expect(await github.creation.readiness(access, handle)).toEqual(expected);
  });

  test('given a repository that is not shown, when looked at, then that is said', async () => {
    const github = await scripted([get(path, notFound)]);
    await expect(github.creation.readiness(access, handle)).rejects.toMatchObject({
      code: 'NotFound',
    });
  });
});

describe('configure', () => {
  const path = '/repos/octocat/Hello-World';

  test('given settings, when configured, then only those are sent', async () => {
    const github = await scripted([
      send(
        'PATCH',
        path,
        {
          description: 'Mine',
          homepage: 'https://x.example',
          has_issues: false,
          has_wiki: true,
          visibility: 'private',
        },
        ok({ ...helloWorld, description: 'Mine', visibility: 'private' }),
      ),
    ]);
    const wanted = {
      description: 'Mine',
      homepage: 'https://x.example',
      hasIssues: false,
      hasWiki: true,
      visibility: 'private',
    } as const;
    expect((await github.creation.configure(access, handle, wanted)).description).toBe('Mine');
  });

  test('given the CI switch alone, when configured, then Actions are switched', async () => {
    const github = await scripted([
      get(path, ok(helloWorld)),
      send('PUT', `${path}/actions/permissions`, { enabled: true }, { status: 204 }),
    ]);
    expect((await github.creation.configure(access, handle, { ci: true })).id).toBe('1296269');
  });
});

describe('creation rules', () => {
  test.each([
    ['Hello-World', true],
    ['a.b_c-1', true],
    ['.github', true],
    ['..', false],
    ['.', false],
    ['x.git', false],
    ['x.GIT', false],
    ['x.wiki', false],
    ['a/b', false],
    ['a%2fb', false],
    ['na\u0000me', false],
    ['ｎame', false],
    ['', false],
  ])('C54 given the name %j, when checked, then %s', async (name, good) => {
    const { creation } = await scripted([]);
    expect(creation.rules.name.pattern.test(name)).toBe(good);
  });

  test('C56 given 50 KB, when checked as a name, then at once', async () => {
    const { creation } = await scripted([]);
    const name = `${'.git'.repeat(12_500)}!`;
    expect(await processorTime(() => creation.rules.name.pattern.test(name))).toBeLessThan(1_000);
  });
});
