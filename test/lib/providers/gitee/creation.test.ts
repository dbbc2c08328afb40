import { describe, expect, test } from 'vitest';
import { create } from '../../../../lib/providers/gitee/index.ts';
import type { Exchange } from '../../../harness/replay.ts';
import {
  access,
  bearer,
  contextOf,
  creationOf,
  failureOf,
  group,
  handle,
  repositoryBody,
  user,
} from '../v5/setup.ts';

const repo = '/api/v5/repos/demo/site';
const to = {
  namespace: user,
  name: 'site',
  description: 'fb:op-1',
  visibility: 'private',
} as const;
const template = { template: 'templates/site', includeAllBranches: false };
const gone = { status: 404, json: { message: '404 Project Not Found' } };

const on = (method: string, path: string, reply: Exchange['reply'], json?: unknown): Exchange => ({
  expect: { method, path, headers: bearer, ...(json === undefined ? {} : { json }) },
  reply,
});

async function gitee(...script: readonly Exchange[]) {
  return create((await contextOf(script, { kind: 'gitee' })).context);
}

describe('create', () => {
  const json = {
    name: 'site',
    path: 'site',
    description: 'fb:op-1',
    private: true,
    auto_init: true,
  };
  const created = { status: 201, json: { ...repositoryBody, private: true, public: false } };

  test("given the user's namespace, when created, then it has a first commit and the mark", async () => {
    const provider = await gitee(on('POST', '/api/v5/user/repos', created, json));

    expect(await creationOf(provider).create(access, to)).toMatchObject({
      fullName: 'demo/site',
      visibility: 'private',
    });
  });

  test('given an organization, when created, then it is made there', async () => {
    const provider = await gitee(on('POST', '/api/v5/orgs/acme/repos', created, json));

    await creationOf(provider).create(access, { ...to, namespace: group });
  });
});

describe('fork', () => {
  const forks = '/api/v5/repos/templates/site/forks';
  const forked = {
    status: 201,
    json: { ...repositoryBody, fork: true, parent: { full_name: 'templates/site' } },
  };

  test("given the user's namespace, when forked, then no organization is named", async () => {
    const provider = await gitee(on('POST', forks, forked, { name: 'site', path: 'site' }));

    const repository = await creationOf(provider).fork(access, template, to);

    expect(repository).toMatchObject({ fullName: 'demo/site', parent: 'templates/site' });
  });

  test('given an organization, when forked, then it is named by its path', async () => {
    const json = { organization: 'acme', name: 'site', path: 'site' };
    const provider = await gitee(on('POST', forks, forked, json));

    await creationOf(provider).fork(access, template, { ...to, namespace: group });
  });

  test('given a taken name, when forked, then it exists already', async () => {
    const reply = { status: 422, json: { error: { base: ['已存在同地址仓库'] } } };
    const provider = await gitee(on('POST', forks, reply, { name: 'site', path: 'site' }));

    const error = await failureOf(creationOf(provider).fork(access, template, to));

    expect(error).toMatchObject({ code: 'AlreadyExists' });
  });

  test('given no description in a fork, when the rules are asked, then only create carries marks', async () => {
    expect((await gitee()).creation?.rules.marks).toEqual(['create']);
  });
});

describe('readiness', () => {
  const branch = `${repo}/branches/master`;
  const look = async (...script: Exchange[]) =>
    creationOf(await gitee(...script)).readiness(access, handle);
  const found = on('GET', repo, { status: 200, json: repositoryBody });

  test('given the default branch, when looked at, then it is ready', async () => {
    const state = await look(found, on('GET', branch, { status: 200, json: { name: 'master' } }));

    expect(state).toEqual({ state: 'ready', defaultBranch: 'master' });
  });

  test('given a named branch that is not there, when looked at, then it is pending', async () => {
    const state = await look(found, on('GET', branch, { status: 404, json: { message: '404' } }));

    expect(state).toMatchObject({ state: 'pending' });
  });

  test.each([{ default_branch: null }, { empty_repo: true }])(
    'given a repository with %o, when looked at, then it is pending',
    async (part) => {
      const reply = { status: 200, json: { ...repositoryBody, ...part } };

      expect(await look(on('GET', repo, reply))).toMatchObject({ state: 'pending' });
    },
  );

  test('given a repository that is not shown, when looked at, then that is said', async () => {
    const error = await failureOf(look(on('GET', repo, gone)));

    expect(error).toMatchObject({ code: 'NotFound' });
  });

  test('given a refused token, when looked at, then it is raised and not waited for', async () => {
    const error = await failureOf(look(on('GET', repo, { status: 401, json: {} })));

    expect(error).toMatchObject({ code: 'ReconnectRequired' });
  });
});

describe('configure', () => {
  const ok = { status: 200, json: repositoryBody };
  const configure = async (settings: object, ...script: Exchange[]) =>
    creationOf(await gitee(...script)).configure(access, handle, settings);

  test('given settings, when configured, then they and always the name are sent', async () => {
    const json = {
      name: 'site',
      description: 'A site',
      homepage: 'https://site.example',
      has_issues: false,
      has_wiki: true,
      private: true,
    };
    const settings = {
      description: 'A site',
      homepage: 'https://site.example',
      hasIssues: false,
      hasWiki: true,
      visibility: 'private',
    };

    const { description, homepage } = settings;
    const said = { description, homepage, private: true, public: false, has_issues: false };
    const answer = { ...repositoryBody, ...said };
    const reply = { status: 200, json: answer };
    expect(await configure(settings, on('PATCH', repo, reply, json))).toMatchObject({
      id: '14836026',
    });
  });

  const opened: [string, Exchange['reply']][] = [
    ['with an empty body', { status: 200, text: '' }],
    ['with JSON', { status: 201, json: {} }],
    ['by saying it is on already', { status: 400, json: { message: 'already exists' } }],
    ['by saying so in Chinese', { status: 400, json: { message: 'Gitee Go 已开通' } }],
  ];

  test.each(opened)(
    'given CI asked for, when the host answers %s, then it is on',
    async (_, reply) => {
      await configure(
        { ci: true },
        on('PATCH', repo, ok, { name: 'site' }),
        on('POST', `${repo}/open`, reply),
      );
    },
  );

  test('given CI to be turned off, when configured, then it is unsupported and nothing is sent', async () => {
    expect(await failureOf(configure({ ci: false }))).toMatchObject({ code: 'Unsupported' });
  });
});

describe('commitFiles', () => {
  const file = { path: 'docs/read me.md', content: 'aGVsbG8=' };
  const path = `${repo}/contents/docs/read%20me.md`;
  const commits = `${repo}/commits`;
  const reply = { status: 201, json: { sha: '261b772064', message: 'seed' } };
  const body = (action: string) => ({
    branch: 'main',
    message: 'seed',
    actions: [{ action, ...file, encoding: 'base64' }],
  });
  const look = (json: unknown, status = 200): Exchange => ({
    expect: { method: 'GET', path, query: { ref: 'main' }, headers: bearer },
    reply: { status, json },
  });
  const commit = async (...script: Exchange[]) => {
    const request = { branch: 'main', message: 'seed', files: [file] };
    return creationOf(await gitee(...script)).commitFiles(access, handle, request);
  };

  test('given no such file, which the host tells by an empty list, when committed, then it is created', async () => {
    await commit(look([]), on('POST', commits, reply, body('create')));
  });

  test('given no such file, told by 404, when committed, then it is created', async () => {
    await commit(
      look({ message: '404 File Not Found' }, 404),
      on('POST', commits, reply, body('create')),
    );
  });

  test('given another content, when committed, then it is replaced', async () => {
    const present = { sha: 'e5699fe1b3', encoding: 'base64', content: 'b3RoZXI=' };

    await commit(look(present), on('POST', commits, reply, body('update')));
  });

  test('given the same content with broken lines, when committed, then nothing is sent', async () => {
    await commit(look({ sha: 'e5699fe1b3', encoding: 'base64', content: 'aGVs\nbG8=\n' }));
  });

  test('given a directory in its place, when committed, then it is refused', async () => {
    const error = await failureOf(commit(look([{ sha: '1', type: 'file' }])));

    expect(error).toMatchObject({ code: 'InvalidInput', details: { reason: 'path_is_directory' } });
  });

  test('given a file that appeared in between, when created, then it can be tried again', async () => {
    const taken = { status: 400, json: { message: 'A file with this name already exists' } };

    const error = await failureOf(commit(look([]), on('POST', commits, taken, body('create'))));

    expect(error).toMatchObject({ code: 'ProviderUnavailable', details: { reason: 'conflict' } });
  });
});

describe('deleteRepository', () => {
  test('given a repository, when deleted, then the host is told', async () => {
    const provider = await gitee(on('DELETE', repo, { status: 204, text: '' }));

    await creationOf(provider).deleteRepository(access, handle);
  });

  test('given none, when deleted, then that is what was wanted', async () => {
    const provider = await gitee(on('DELETE', repo, gone));

    await creationOf(provider).deleteRepository(access, handle);
  });
});

describe('names', () => {
  test.each([
    ['site', true],
    ['a1', true],
    ['my_site.v2', true],
    ['a', false],
    ['-site', false],
    ['site-', false],
    ['a/b', false],
    ['x'.repeat(191), true],
    ['x'.repeat(192), false],
  ])('given the name %s, when held against the rules, then it fits: %s', async (name, fits) => {
    expect((await gitee()).creation?.rules.name.pattern.test(name)).toBe(fits);
  });
});
