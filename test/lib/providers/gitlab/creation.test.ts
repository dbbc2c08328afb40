import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toReadiness } from '../../../../lib/providers/gitlab/wire.ts';
import { processorTime } from '../../../harness/processor-time.ts';
import type { Exchange } from '../../../harness/replay.ts';
import {
  access,
  diaspora,
  failureOf,
  get,
  handle,
  inGroup,
  ok,
  refuse,
  remove,
  scripted,
  send,
} from './fixtures.ts';

const template = {
  template: 'diaspora/diaspora-project-site',
  includeAllBranches: false,
};
const source = get('/projects/diaspora%2Fdiaspora-project-site', ok(diaspora));

const forking = (
  reply: Exchange['reply'],
  branches: Record<string, string> = { branches: 'main' },
) =>
  send(
    'POST',
    '/projects/3/fork',
    {
      name: 'new-site',
      path: 'new-site',
      namespace_path: 'acme/tools',
      description: 'operation abc',
      visibility: 'private',
      ...branches,
    },
    reply,
  );

const forked = {
  ...diaspora,
  id: 10,
  path: 'new-site',
  path_with_namespace: 'acme/tools/new-site',
  forked_from_project: { id: 3, path_with_namespace: 'diaspora/diaspora-project-site' },
  import_status: 'scheduled',
};

describe('create', () => {
  test('given a namespace, when created, then by its id and with a first commit', async () => {
    const json = {
      name: 'new-site',
      path: 'new-site',
      namespace_id: 9,
      description: 'operation abc',
      visibility: 'private',
      initialize_with_readme: true,
    };
    const reply = { status: 201, json: { ...diaspora, id: 11 } };
    const gitlab = await scripted([send('POST', '/projects', json, reply)]);
    expect((await gitlab.creation.create(access, inGroup)).id).toBe('11');
  });
});

describe('fork', () => {
  test('given the default branch only, when forked, then it is named and the mark is sent', async () => {
    const gitlab = await scripted([source, forking({ status: 201, json: forked })]);
    const made = await gitlab.creation.fork(access, template, inGroup);
    expect(made).toMatchObject({
      id: '10',
      fullName: 'acme/tools/new-site',
      owner: 'acme/tools',
      parent: 'diaspora/diaspora-project-site',
    });
    expect(made.defaultBranch).toBeUndefined();
  });

  test('given all branches, when forked, then none is named', async () => {
    const gitlab = await scripted([source, forking({ status: 201, json: forked }, {})]);
    const made = await gitlab.creation.fork(
      access,
      { ...template, includeAllBranches: true },
      inGroup,
    );
    expect(made.id).toBe('10');
  });

  test('given a template the token cannot read, when forked, then it says what is needed', async () => {
    const hidden = refuse(404, { message: '404 Project Not Found' });
    const gitlab = await scripted([get('/projects/diaspora%2Fdiaspora-project-site', hidden)]);
    const failure = await failureOf(gitlab.creation.fork(access, template, inGroup));
    expect(failure).toMatchObject({
      code: 'NotFound',
      details: { reason: 'template_not_readable' },
    });
    expect(failure.details.remedy).toContain('member');
  });

  test.each<[string, number, unknown, string, string]>([
    [
      'no such namespace',
      404,
      { message: '404 Target Namespace Not Found' },
      'NotFound',
      'owner_not_found',
    ],
    ['no right to fork', 404, { message: '404 Not Found' }, 'Forbidden', 'template_not_forkable'],
    [
      'a taken name',
      409,
      { message: { name: ['has already been taken'], path: ['has already been taken'] } },
      'AlreadyExists',
      'name_taken',
    ],
    [
      'a taken name in words',
      409,
      { message: 'Project namespace name has already been taken' },
      'AlreadyExists',
      'name_taken',
    ],
    [
      'a taken name in a list',
      409,
      { message: ['Name has already been taken'] },
      'AlreadyExists',
      'name_taken',
    ],
    [
      'a fork of before that is not gone yet',
      409,
      { message: 'The previous deletion is still in progress' },
      'ProviderUnavailable',
      'busy',
    ],
    [
      'another conflict',
      409,
      { message: 'Visibility level is not allowed' },
      'InvalidInput',
      'visibility_refused',
    ],
  ])('given %s, when forked, then the code says so', async (_, status, json, code, reason) => {
    const gitlab = await scripted([source, forking(refuse(status, json))]);
    const failure = await failureOf(gitlab.creation.fork(access, template, inGroup));
    expect([failure.code, failure.details.reason]).toEqual([code, reason]);
  });

  test('given a reply that never comes, when forked, then it is not sent twice', async () => {
    const gitlab = await scripted([source, forking('cut')]);
    const failure = await failureOf(gitlab.creation.fork(access, template, inGroup));
    expect(failure.code).toBe('ProviderTimeout');
  });
});

describe('readiness', () => {
  const published = {
    id: 1,
    description: 'Itaque perspiciatis minima aspernatur corporis consequatur.',
    name: 'Gitlab Test',
    path: 'gitlab-test',
    path_with_namespace: 'gitlab-org/gitlab-test',
    created_at: '2017-08-29T04:36:44.383Z',
    import_type: 'github',
    correlation_id: 'mezklWso3Za',
  };
  const ready = { state: 'ready', defaultBranch: 'main' };

  test.each<[string, object, object]>([
    ['scheduled', { import_error: null }, { state: 'pending', detail: 'import_scheduled' }],
    ['started', { default_branch: 'main' }, { state: 'pending', detail: 'import_started' }],
    ['finished', { default_branch: 'main' }, ready],
    ['finished', { default_branch: null }, { state: 'pending', detail: 'no_default_branch' }],
    ['failed', { import_error: 'Error message' }, { state: 'failed', reason: 'Error message' }],
    ['failed', {}, { state: 'failed', reason: 'import_failed' }],
    ['canceled', {}, { state: 'failed', reason: 'import_canceled' }],
    ['none', { default_branch: 'main' }, ready],
    ['none', {}, { state: 'pending', detail: 'no_default_branch' }],
    [
      'none',
      { default_branch: 'main', empty_repo: true },
      { state: 'pending', detail: 'no_default_branch' },
    ],
  ])(
    'C44 given %s with %j, when looked at, then as it is',
    async (import_status, more, expected) => {
      const gitlab = await scripted([
        get('/projects/3', ok({ ...published, import_status, ...more })),
      ]);
      expect(await gitlab.creation.readiness(access, handle)).toEqual(expected);
    },
  );

  test('given the published project with import status none, when looked at, then it is ready', async () => {
    const gitlab = await scripted([get('/projects/3', ok(diaspora))]);
    expect(await gitlab.creation.readiness(access, handle)).toEqual(ready);
  });

  test('given a project that is not shown, when looked at, then that is said', async () => {
    const gitlab = await scripted([
      get('/projects/3', refuse(404, { message: '404 Project Not Found' })),
    ]);
    const failure = await failureOf(gitlab.creation.readiness(access, handle));
    expect(failure.code).toBe('NotFound');
  });

  test('C44 given a word nobody knows, when read, then never ready and never failed', () => {
    const known = ['none', 'finished', 'failed', 'canceled'];
    const word = fc.string({ minLength: 1 }).filter((text) => !known.includes(text));
    fc.assert(
      fc.property(word, (import_status) => {
        expect(
          toReadiness({
            id: '1',
            path_with_namespace: 'acme/site',
            import_status,
            default_branch: 'main',
          }).state,
        ).toBe('pending');
      }),
    );
  });
});

describe('configure', () => {
  const changes = {
    description: 'Mine',
    visibility: 'public',
    issues_access_level: 'disabled',
    wiki_access_level: 'enabled',
    builds_access_level: 'enabled',
  };
  const wanted = {
    description: 'Mine',
    visibility: 'public',
    hasIssues: false,
    hasWiki: true,
    ci: true,
  } as const;

  test('given settings, when configured, then only those are sent', async () => {
    const gitlab = await scripted([
      send(
        'PUT',
        '/projects/3',
        changes,
        ok({ ...diaspora, description: 'Mine', visibility: 'public' }),
      ),
    ]);
    expect((await gitlab.creation.configure(access, handle, wanted)).description).toBe('Mine');
  });

  test.each([
    ['a fork', { status: 204 }],
    ['a fork that was cut off already', { status: 304 }],
    ['no fork', refuse(404, { message: '404 Forked from Not Found' })],
  ])('given %s, when detached, then it stands alone', async (_, reply) => {
    const gitlab = await scripted([
      remove('/projects/3/fork', reply),
      get('/projects/3', ok(diaspora)),
    ]);
    const configured = await gitlab.creation.configure(access, handle, { detachFork: true });
    expect(configured.parent).toBeUndefined();
  });

  test('given no right to detach, when configured, then nothing else is changed', async () => {
    const gitlab = await scripted([
      remove('/projects/3/fork', refuse(403, { message: '403 Forbidden' })),
    ]);
    const work = gitlab.creation.configure(access, handle, { ...wanted, detachFork: true });
    expect((await failureOf(work)).code).toBe('Forbidden');
  });
});

describe('creation rules', () => {
  test.each([
    ['new-site', true],
    ['a.b_c-1', true],
    ['-site', false],
    ['site.', false],
    ['a--b', false],
    ['x.git', false],
    ['x.atom', false],
    ['..', false],
    ['a/b', false],
    ['ｎame', false],
    ['', false],
  ])('C54 given the name %j, when checked, then %s', async (name, good) => {
    const { creation } = await scripted([]);
    expect(creation.rules.name.pattern.test(name)).toBe(good);
  });

  test('C56 given 50 KB, when checked as a name, then at once', async () => {
    const { creation } = await scripted([]);
    const taken = await processorTime(() => {
      creation.rules.name.pattern.test(`${'a'.repeat(50_000)}!`);
      creation.rules.name.pattern.test(`${'.git'.repeat(12_500)}!`);
    });
    expect(taken).toBeLessThan(1_000);
  });
});
