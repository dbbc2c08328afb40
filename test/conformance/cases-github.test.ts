import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../infra/local/sandbox/faults.ts';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { capability } from '../../lib/providers/provider.ts';
import { person, refused } from './person.ts';
import { type Stage, startStage } from './stage.ts';

let app: Stage;
let oauth: Stage;
beforeAll(async () => {
  app = await startStage();
  oauth = await startStage({ githubApp: 'oauth-app' });
});
beforeEach(() => {
  app.sandbox.reset();
  oauth.sandbox.reset();
});
afterAll(async () => {
  await app.sandbox.close();
  await oauth.sandbox.close();
});

const template = { template: 'templates/starter', includeAllBranches: false };
const own = { id: '1', path: 'sandbox-user', name: 'sandbox-user', kind: 'user' } as const;
const wish = { namespace: own, name: 'mine', description: 'mark', visibility: 'private' } as const;
const notes = (id: HostId) =>
  app.sandbox.state(id).repositories.find(({ fullName }) => fullName === 'sandbox-user/notes');
const handle = (id: HostId) => ({ id: String(notes(id)?.id), fullName: 'sandbox-user/notes' });

describe('what moved', () => {
  test('given a name that led to a repository which was renamed, when it is looked for and taken, then it is free', async () => {
    const { access, creation } = await person(app, 'github');
    app.sandbox.rename('github', 'sandbox-user/notes', 'other');
    const found = await creation.findRepository(access, 'sandbox-user/notes');
    expect(found?.fullName).toBe('sandbox-user/other');
    const made = await creation.generate?.(access, template, { ...wish, name: 'notes' });
    expect(made?.fullName).toBe('sandbox-user/notes');
  });

  test('given a template that was renamed, when it is looked for, then its new name is told', async () => {
    const { access, creation } = await person(app, 'github');
    app.sandbox.rename('github', 'templates/starter', 'renamed');
    expect((await creation.findRepository(access, 'templates/starter'))?.fullName).toBe(
      'templates/renamed',
    );
  });

  test('given a redirect to another origin, when it comes, then it is refused', async () => {
    const { access, creation, answering } = await person(app, 'github');
    answering({
      path: '*/notes',
      status: 301,
      headers: { location: 'https://evil.example/api/v3/repositories/1' },
    });
    expect(await refused(creation.findRepository(access, 'sandbox-user/notes'))).toMatchObject({
      code: 'ProviderProtocol',
      reason: 'redirect',
    });
  });

  test('given a write to a former name, when it is sent, then it is told the new one and nothing is changed', async () => {
    const { access, creation } = await person(app, 'github');
    app.sandbox.rename('github', 'sandbox-user/notes', 'other');
    const work = creation.configure(access, handle('github'), { description: 'changed' });
    expect(await refused(work)).toMatchObject({
      code: 'NotFound',
      reason: 'moved',
      remedy: expect.stringContaining('sandbox-user/other'),
    });
    const { repositories } = app.sandbox.state('github');
    expect(repositories.some(({ description }) => description === 'changed')).toBe(false);
  });
});

describe('refusals of GitHub', () => {
  const generating = { method: 'POST', path: '*/generate' };
  const generate = async (rule: Omit<FaultRule, 'provider'>, stage = app) => {
    const { access, creation, answering } = await person(stage, 'github');
    answering({ ...generating, ...rule });
    return refused(creation.generate?.(access, template, wish));
  };

  test('given a private fork of a public repository, when it is configured, then it is told that it stays public', async () => {
    const { access, creation } = await person(app, 'github');
    const made = await creation.fork?.(access, template, wish);
    if (made === undefined) throw new Error('no fork');
    expect(made.visibility).toBe('public');
    const work = creation.configure(access, made, { visibility: 'private' });
    expect(await refused(work)).toMatchObject({
      code: 'Unsupported',
      reason: 'visibility_not_applied',
      remedy: expect.stringMatching(/public.*generate/),
    });
    expect(creation.rules.forksKeepVisibility).toBe(true);
  });

  test('given an IP allow list, when generated, then its owner is to add this deployment', async () => {
    const message =
      'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.';
    expect(await generate({ status: 403, body: { message, status: '403' } })).toMatchObject({
      code: 'Forbidden',
      reason: 'ip_not_allowed',
      remedy: expect.stringContaining('IP allow list'),
    });
  });

  test('given an app that is installed without a permission, when generated, then that is named, and nobody is sent to install it', async () => {
    const refusal = await generate({
      status: 403,
      headers: { 'x-accepted-github-permissions': 'administration=write' },
      body: { message: 'Resource not accessible by integration', status: '403' },
    });
    expect(refusal).toMatchObject({
      code: 'ScopeMissing',
      reason: 'permission_missing',
      remedy: expect.stringContaining('administration: write'),
    });
    expect(refusal.installUrl).toBeUndefined();
  });

  test('given an app that is not installed, when generated, then the link to install it is given', async () => {
    app.sandbox.setInstalled('github', 'sandbox-user', false);
    const { access, creation } = await person(app, 'github');
    expect(await refused(creation.generate?.(access, template, wish))).toMatchObject({
      code: 'InstallationRequired',
      installUrl: expect.stringContaining('/installations/new'),
    });
  });

  test('given a template that the app cannot clone, when generated, then it is not readable', async () => {
    const message = 'Could not clone: template repository not found.';
    expect(
      await generate({ status: 422, body: { message, errors: [message], status: '422' } }),
    ).toMatchObject({
      code: 'NotFound',
      reason: 'template_not_readable',
      remedy: expect.stringContaining('Contents: read'),
    });
  });

  test('given a repository that is no template, when generated, then that is said', async () => {
    const message = 'templates/starter is not a template repository';
    expect(await generate({ status: 422, body: { message, status: '422' } })).toMatchObject({
      code: 'InvalidInput',
      reason: 'not_a_template',
    });
  });

  test('given a plan without private repositories, when created, then the visibility is to blame', async () => {
    const { access, creation, answering } = await person(app, 'github');
    const message =
      "Visibility can't be private. Please upgrade your subscription to create a new private repository.";
    answering({
      method: 'POST',
      path: '*/user/repos',
      status: 422,
      body: { message, documentation_url: 'https://github.com/pricing', status: '422' },
    });
    expect(await refused(creation.create?.(access, wish))).toMatchObject({
      code: 'InvalidInput',
      fields: [
        { field: 'visibility', problem: expect.stringContaining('upgrade your subscription') },
      ],
    });
  });

  test('given an organization that decides about Actions, when configured, then it is told after one try, and the rest is applied', async () => {
    const { access, creation, answering } = await person(app, 'github');
    answering({
      method: 'PUT',
      path: '*/actions/permissions',
      status: 409,
      body: { message: 'Conflict', status: '409' },
    });
    const work = creation.configure(access, handle('github'), { ci: true, description: 'My app' });
    expect(await refused(work)).toMatchObject({
      code: 'Forbidden',
      reason: 'ci_set_by_organization',
    });
    expect(notes('github')?.description).toBe('My app');
    const puts = app.sandbox.requests.filter(({ method }) => method === 'PUT');
    expect(puts).toHaveLength(1);
  });

  test.each([
    ['The repository exists, but forking is disabled.', 'Forbidden', 'template_not_forkable'],
    [
      'The repository exists, but it contains no Git content. Empty repositories cannot be forked.',
      'InvalidInput',
      'template_without_commits',
    ],
  ])('given %j, when forked, then it is said why', async (message, code, reason) => {
    const { access, creation, answering } = await person(app, 'github');
    answering({ method: 'POST', path: '*/forks', status: 403, body: { message, status: '403' } });
    expect(await refused(creation.fork?.(access, template, wish))).toMatchObject({ code, reason });
  });

  test('given a repository whose owner is gone, when listed, then the others are there', async () => {
    const { access, client, answering } = await person(app, 'github');
    answering({
      path: '*/user/repos',
      status: 200,
      body: [
        { id: 1, full_name: 'octocat/a', owner: { login: 'octocat' } },
        { id: 998, full_name: 'ghost/left', owner: null },
        { id: null, full_name: null },
      ],
    });
    const { items } = await client.repositories(access, {});
    expect(items.map(({ fullName }) => fullName)).toEqual(['octocat/a', 'ghost/left']);
  });

  test('given a suspended installation, when its token is asked for, then an owner is to unsuspend it', async () => {
    const { client, answering } = await person(app, 'github');
    answering({
      path: '*/access_tokens',
      status: 403,
      body: { message: 'This installation has been suspended', status: '403' },
    });
    const work = capability(client, 'installations').token(await app.jwt('github'), '14', {});
    expect(await refused(work)).toMatchObject({
      code: 'Forbidden',
      reason: 'installation_suspended',
      remedy: expect.stringContaining('unsuspend'),
    });
  });

  test('given a scope that is said in words, when organizations are listed, then it is named, and the own namespace needs no list', async () => {
    const { access, creation, answering } = await person(oauth, 'github');
    answering({
      path: '*/user/orgs',
      status: 403,
      headers: {
        'x-oauth-scopes': 'repo',
        'x-accepted-oauth-scopes': 'admin:org, read:org, repo, user, write:org',
      },
      body: {
        message: 'You need at least read:org scope or user scope to list your organizations.',
        status: '403',
      },
    });
    expect(await refused(creation.namespaces(access, {}))).toMatchObject({
      code: 'ScopeMissing',
      remedy: expect.stringContaining('read:org'),
    });
    expect((await creation.findNamespace(access, 'sandbox-user'))?.kind).toBe('user');
  });

  test('given a change whose answer was lost, when it is made again and already so, then that is success, and the rest is applied', async () => {
    const { access, creation, answering } = await person(app, 'github');
    await creation.configure(access, handle('github'), { visibility: 'private' });
    answering({
      method: 'PATCH',
      path: '*/notes',
      count: 1,
      status: 422,
      body: {
        message: 'Visibility is already private.',
        documentation_url: 'https://github.com/pricing',
        status: '422',
      },
    });
    const again = await creation.configure(access, handle('github'), {
      visibility: 'private',
      description: 'Mine',
    });
    expect(again).toMatchObject({ visibility: 'private', description: 'Mine' });
  });

  test('given a takedown, when it is looked for, then it is not free: the notice is named', async () => {
    const { access, creation, answering } = await person(app, 'github');
    const block = {
      reason: 'dmca',
      created_at: '2024-01-02T03:04:05Z',
      html_url: 'https://github.com/github/dmca/blob/master/2024/01/notice.md',
    };
    answering({
      path: '*/templates/starter',
      status: 451,
      body: { message: 'Repository access blocked', block },
    });
    expect(await refused(creation.findRepository(access, 'templates/starter'))).toMatchObject({
      code: 'Forbidden',
      reason: 'repository_blocked',
      remedy: expect.stringContaining(block.html_url),
    });
  });
});
