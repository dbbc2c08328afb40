import { describe, expect, test } from 'vitest';
import { replay } from '../../../harness/replay.ts';
import {
  access,
  asked,
  get,
  giteaAt,
  handle,
  ok,
  refusalOf,
  refuse,
  repository,
  said,
  scripted,
  template,
  version,
  wish,
} from './fixtures.ts';

const inOrganization = {
  ...wish,
  namespace: { id: '3', path: 'sandbox-org', name: 'sandbox-org', kind: 'organization' },
} as const;

describe('making a repository', () => {
  test('given a template, when generated, then its Git content is asked for, and the empty default branch of the answer is none', async () => {
    const json = {
      owner: 'sandbox-user',
      name: 'mine',
      description: 'operation abc',
      private: true,
      git_content: true,
    };
    const path = '/repos/templates/starter/generate';
    const gitea = await scripted([version, asked('POST', path, said('generated'), json)]);
    const made = await gitea.creation.generate(access, template, wish);
    expect(made).toMatchObject({ fullName: 'sandbox-user/mine', visibility: 'private' });
    expect(made.defaultBranch).toBeUndefined();
  });

  test('given a template, when forked, then no description goes along, and the source is told', async () => {
    const path = '/repos/templates/starter/forks';
    const json = { name: 'mine', organization: 'sandbox-org' };
    const gitea = await scripted([version, asked('POST', path, said('forked'), json)]);
    const made = await gitea.creation.fork(access, template, inOrganization);
    expect(made.parent).toBe('templates/starter');
    expect(gitea.creation.rules.marks).not.toContain('fork');
  });

  test.each([
    [wish, '/user/repos'],
    [inOrganization, '/orgs/sandbox-org/repos'],
  ])('given a namespace, when created, then it has a first commit', async (to, path) => {
    const json = {
      name: 'mine',
      description: 'operation abc',
      private: true,
      auto_init: true,
    };
    const gitea = await scripted([version, asked('POST', path, said('created'), json)]);
    await gitea.creation.create(access, to);
  });

  test.each([['-', 'a..b', '.', 'x.git', 'x.wiki', 'x.rss', 'x.ATOM', 'naïve', 'a b', '']])(
    'given names that Gitea keeps for itself, when checked, then none of them will do',
    (...names) => {
      // models/repo/repo.go, IsUsableRepoName
      return scripted([]).then(({ creation }) => {
        for (const name of names) expect(name).not.toMatch(creation.rules.name.pattern);
        for (const name of ['a', '--', '_', 'a.b', '.github', 'x.git.y']) {
          expect(name).toMatch(creation.rules.name.pattern);
        }
      });
    },
  );
});

describe('what makes a server too old', () => {
  test.each([
    ['1.19.4', false],
    ['v1.18.0+dev-1-gabcdef', false],
    ['7.0.0+gitea-1.19.0', false],
    ['0.9.99', false],
    ['1.20.0', true],
    ['1.27.0+dev-300-g0123456', true],
    ['2.0.0', true],
    ['11.0.1+gitea-1.22.0', true],
    ['7.0.12+gitea-1.21.11', true],
    ['development', true],
    ['', true],
  ])(
    'given a server that says %j, when something is created, then it is taken to do that: %s',
    async (words, good) => {
      const asksVersion = get('/version', ok({ version: words }));
      const made = asked('POST', '/user/repos', said('created'), {
        name: 'mine',
        description: 'operation abc',
        private: true,
        auto_init: true,
      });
      const gitea = await scripted(good ? [asksVersion, made] : [asksVersion]);
      const work = gitea.creation.create(access, wish);
      if (good) await work;
      else expect(await refusalOf(work)).toEqual(['Unsupported', 'server_too_old']);
    },
  );
});

describe('readiness', () => {
  const branches = (reply: Parameters<typeof get>[1]) =>
    get('/repos/sandbox-user/notes/branches', reply, { limit: '1' });
  const itself = (changed: Readonly<Record<string, unknown>> = {}) =>
    get('/repos/sandbox-user/notes', ok(repository(changed)));
  const branch = (name: string, reply: Parameters<typeof get>[1]) =>
    get(`/repos/sandbox-user/notes/branches/${name}`, reply);

  test('given a generated repository, when looked at, then its branches are listed before its branch is asked for', async () => {
    const host = await replay([
      branches(ok([])),
      itself({ default_branch: 'release/1.0' }),
      branch('release%2F1.0', ok({ name: 'release/1.0' })),
    ]);
    expect(await giteaAt(host).creation.readiness(access, handle)).toEqual({
      state: 'ready',
      defaultBranch: 'release/1.0',
    });
    expect(host.requests.map(({ url }) => url.replace(/^.*notes/, ''))).toEqual([
      '/branches?limit=1',
      '',
      '/branches/release%2F1.0',
    ]);
  });

  test.each([
    ['no branches', [branches(ok(null)), itself({ empty: true })], 'no_default_branch'],
    [
      'no name of a branch',
      [branches(ok([])), itself({ default_branch: '' })],
      'no_default_branch',
    ],
    [
      'no such branch',
      [branches(ok([])), itself(), branch('main', said('no such branch'))],
      'not_there_yet',
    ],
  ])('given %s, when looked at, then it is pending', async (_, script, detail) => {
    const gitea = await scripted(script);
    const readiness = await gitea.creation.readiness(access, handle);
    expect(readiness).toEqual({ state: 'pending', detail });
  });

  test('given nothing at all, when looked at, then that is said', async () => {
    const gitea = await scripted([branches(said('no such repository'))]);
    await expect(gitea.creation.readiness(access, handle)).rejects.toMatchObject({
      code: 'NotFound',
    });
  });
});

describe('configuring', () => {
  const path = '/repos/sandbox-user/notes';
  const patched = (json: unknown, changed: Readonly<Record<string, unknown>>) =>
    asked('PATCH', path, ok(repository(changed)), json);

  test('given each setting, when configured, then it goes by the name that it has there', async () => {
    const json = {
      description: 'A service',
      website: 'https://example.com',
      has_issues: false,
      has_wiki: false,
      has_actions: false,
      private: false,
    };
    const gitea = await scripted([
      get(path, ok(repository({ private: true }))),
      patched(json, json),
    ]);
    const configured = await gitea.creation.configure(access, handle, {
      description: 'A service',
      homepage: 'https://example.com',
      hasIssues: false,
      hasWiki: false,
      ci: false,
      visibility: 'public',
    });
    expect(configured.visibility).toBe('public');
  });

  test('given a fork of what is for the members of a private organisation, when it is to stay private, then no flag is sent that would take its source’s', async () => {
    const fork = { fork: true, private: true };
    const gitea = await scripted([
      get(path, ok(repository(fork))),
      patched({ description: 'x' }, { ...fork, description: 'x' }),
    ]);
    const wanted = { description: 'x', visibility: 'private' } as const;
    expect((await gitea.creation.configure(access, handle, wanted)).visibility).toBe('private');
  });

  test('given a fork that is as visible as its source, when it is to be otherwise, then that is told, and nothing of it is sent', async () => {
    const gitea = await scripted([get(path, ok(repository({ fork: true }))), patched({}, {})]);
    const work = gitea.creation.configure(access, handle, { visibility: 'private' });
    expect(await refusalOf(work)).toEqual(['Unsupported', 'visibility_not_applied']);
  });

  test('given a repository inside a private organisation, when it is read, then it is private, whatever its own flag', async () => {
    const inside = get(path, ok(repository({ private: false, internal: true })));
    const gitea = await scripted([inside]);
    const found = await gitea.creation.findRepository(access, handle.fullName);
    expect(found?.visibility).toBe('private');
  });

  test('given a fork, when what can be set is asked for, then its tie to the source cannot be cut', async () => {
    const { creation } = await scripted([]);
    expect(creation.rules.settings).not.toContain('detachFork');
    expect(creation.rules.forksKeepVisibility).toBe(true);
  });

  test.each([
    ['has_actions', { ci: true }],
    ['has_wiki', { hasWiki: true }],
  ])(
    'given an instance that has %s turned off for all, when it is to be on, then that is told',
    async (name, wanted) => {
      const gitea = await scripted([patched({ [name]: true }, { [name]: false })]);
      const work = gitea.creation.configure(access, handle, wanted);
      expect(await refusalOf(work)).toEqual(['Unsupported', 'setting_not_applied']);
    },
  );

  test('given an instance where all is private, when it is to be public, then it is the request that asks too much', async () => {
    const gitea = await scripted([
      get(path, ok(repository({ private: true }))),
      asked('PATCH', path, refuse(422, 'cannot change private repository to public'), {
        private: false,
      }),
    ]);
    const work = gitea.creation.configure(access, handle, { visibility: 'public' });
    expect(await refusalOf(work)).toEqual(['InvalidInput', 'visibility_refused']);
  });
});
