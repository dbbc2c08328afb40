import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anyPorts } from '../../infra/local/sandbox/registry.ts';
import type { Namespace, NewRepository } from '../../lib/providers/provider.ts';
import { refusalOf } from '../conformance/stage.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { type SignedIn, signIn } from './sign-in.ts';
import { ask, password } from './steward.ts';

let sandbox: Sandbox;
let person: SignedIn;
beforeAll(async () => {
  sandbox = await startSandbox({ ports: anyPorts });
});
beforeEach(async () => {
  sandbox.reset();
  person = await signIn(sandbox);
});
afterAll(() => sandbox.close());

const steward = <T = unknown>(method: string, path: string, json?: Record<string, unknown>) =>
  ask<T>({ url: sandbox.controlUrl }, method, path, json);

/** What an administrator changes of an account. */
const change = (login: string, fields: Record<string, unknown>) =>
  steward('PATCH', `/admin/users/${login}`, { login_name: login, source_id: 0, ...fields });

const own: Namespace = { id: '1', path: 'sandbox-user', name: 'sandbox-user', kind: 'user' };
const organization = (path: string): Namespace => ({
  id: '1',
  path,
  name: path,
  kind: 'organization',
});
const from = (template: string) => ({ template, includeAllBranches: false });
const wish = (name: string, more: Partial<NewRepository> = {}): NewRepository => ({
  namespace: own,
  name,
  description: 'the mark',
  visibility: 'public',
  ...more,
});

describe('what is in a private organisation', () => {
  beforeEach(async () => {
    await steward('POST', '/orgs', { username: 'closed', visibility: 'private' });
    const team = await steward<{ id: number }>('POST', '/orgs/closed/teams', {
      name: 'readers',
      permission: 'read',
      includes_all_repositories: true,
      units: ['repo.code'],
    });
    await steward('PUT', `/teams/${team.id}/members/sandbox-user`);
    await steward('POST', '/admin/users/closed/repos', { name: 'starter', auto_init: true });
  });

  test('given a repository of it, when a member forks and configures it as private, then nobody else ever sees the fork', async () => {
    const { creation, access } = person;
    const source = await creation.findRepository(access, 'closed/starter');
    expect(source?.visibility).toBe('private');
    const made = await creation.fork(access, from('closed/starter'), wish('mine'));
    expect(made.visibility).toBe('private');
    const settings = { description: 'mine alone', visibility: 'private', hasIssues: true } as const;
    expect(await creation.configure(access, made, settings)).toMatchObject({
      description: 'mine alone',
      visibility: 'private',
    });
    const other = await signIn(sandbox, 'other-user');
    expect(await creation.findRepository(other.access, 'sandbox-user/mine')).toBeUndefined();
  });

  test('given a member who may not create there, when it is the owner that is wished for, then each way is refused for that', async () => {
    const { creation, access } = person;
    const to = wish('mine', { namespace: organization('closed') });
    const refused = { code: 'Forbidden', reason: 'creation_not_allowed' };
    expect(await refusalOf(creation.create(access, to))).toEqual(refused);
    expect(await refusalOf(creation.generate(access, from('templates/starter'), to))).toEqual(
      refused,
    );
    expect(await refusalOf(creation.fork(access, from('templates/starter'), to))).toEqual(refused);
  });
});

test('given an account that may have no more repositories, when it asks for one, then each way that is refused says so', async () => {
  await change('sandbox-user', { max_repo_creation: 0 });
  const { creation, access } = person;
  const refused = { code: 'Forbidden', reason: 'repository_limit' };
  expect(await refusalOf(creation.create(access, wish('mine')))).toEqual(refused);
  const generating = creation.generate(access, from('templates/starter'), wish('mine'));
  expect(await refusalOf(generating)).toEqual(refused);
  expect(await creation.findRepository(access, 'sandbox-user/mine')).toBeUndefined();
  await change('sandbox-user', { max_repo_creation: -1 });
});

test('given an owner who blocked the account, when it forks from there, then that is told', async () => {
  const other = await signIn(sandbox, 'other-user');
  await steward('POST', '/admin/users/other-user/repos', { name: 'theirs', auto_init: true });
  const { apiUrl } = sandbox.providers.gitea;
  const headers = { authorization: `Bearer ${other.access.token}` };
  const block = `${apiUrl}/user/blocks/sandbox-user`;
  expect((await fetch(block, { method: 'PUT', headers })).status).toBe(204);
  const { creation, access } = person;
  const work = creation.fork(access, from('other-user/theirs'), wish('mine'));
  expect(await refusalOf(work)).toEqual({ code: 'Forbidden', reason: 'user_blocked' });
  expect((await fetch(block, { method: 'DELETE', headers })).status).toBe(204);
});

test.each([
  ['may not sign in', { prohibit_login: true }, 'account_suspended'],
  ['is not active', { active: false }, 'account_suspended'],
  ['has to change its password', { password, must_change_password: true }, 'password_expired'],
])(
  'given an account that %s, when its token is used, then that is told, and the connection stays',
  async (_, fields, reason) => {
    const { client, tokens, renew } = await signIn(sandbox, 'other-user');
    await change('other-user', fields);
    const refused = await refusalOf(client.identify(tokens.accessToken));
    expect((await renew(tokens.refreshToken)).accessToken).not.toBe('');
    const undo = { prohibit_login: false, active: true, must_change_password: false };
    await change('other-user', { password, ...undo });
    expect(refused).toEqual({ code: 'Forbidden', reason });
    expect((await client.identify(tokens.accessToken)).login).toBe('other-user');
  },
);

test('given a consent for less, when the account consents to more, then the first consent’s scopes stay, and only ending it helps', async () => {
  sandbox.revoke('gitea');
  const less = ['read:user', 'read:repository'];
  const first = await signIn(sandbox, 'other-user', less);
  const creating = ({ creation, access }: SignedIn, name: string) =>
    creation.create(access, wish(name));
  const refused = (reason: string) => ({ code: 'ScopeMissing', reason });
  expect(await refusalOf(creating(first, 'mine'))).toEqual(refused('scope_not_asked_for'));
  const again = await signIn(sandbox, 'other-user');
  expect(await refusalOf(creating(again, 'mine'))).toEqual(refused('scope_missing'));
  sandbox.revoke('gitea');
  const anew = await signIn(sandbox, 'other-user');
  expect((await creating(anew, 'mine')).fullName).toBe('other-user/mine');
});

test('given a branch that is protected, or files in it, when files are committed, then what is in the way is told', async () => {
  const { creation, access } = person;
  const made = await creation.create(access, wish('mine'));
  const protect = (fields: Record<string, unknown>) =>
    steward('PATCH', '/repos/sandbox-user/mine/branch_protections/main', fields);
  await steward('POST', '/repos/sandbox-user/mine/branch_protections', {
    rule_name: 'main',
    enable_push: true,
    protected_file_patterns: '*.txt',
  });
  const committing = (path: string) =>
    creation.commitFiles(access, made, {
      branch: 'main',
      message: 'Seed',
      files: [{ path, content: 'eA==' }],
    });
  const refused = (reason: string, code = 'Forbidden') => ({ code, reason });
  expect(await refusalOf(committing('a.txt'))).toEqual(refused('file_protected'));
  expect(await committing('a.md')).toBe('committed');
  await protect({ enable_push: false });
  expect(await refusalOf(committing('b.md'))).toEqual(refused('branch_protected'));
  expect(await refusalOf(committing('README.md/b'))).toEqual(refused('branch_protected'));
  await protect({ enable_push: true });
  const inTheWay = refused('path_refused', 'InvalidInput');
  expect(await refusalOf(committing('README.md/b'))).toEqual(inTheWay);
});

test('given a default branch with a slash, when files are committed to it, then it is ready and they are there', async () => {
  const { creation, access } = person;
  const made = await creation.create(access, wish('mine'));
  const branch = 'release/1.0';
  await steward('POST', '/repos/sandbox-user/mine/branches', { new_branch_name: branch });
  await steward('PATCH', '/repos/sandbox-user/mine', { default_branch: branch });
  const ready = { state: 'ready', defaultBranch: branch };
  expect(await creation.readiness(access, made)).toEqual(ready);
  const files = [{ path: 'ünï/%20 x#?.txt', content: 'eA==' }];
  const commit = { branch, message: 'Seed', files };
  expect(await creation.commitFiles(access, made, commit)).toBe('committed');
  expect(await creation.commitFiles(access, made, commit)).toBe('there');
});

test('given each name that the rules take or refuse, when it is wished for, then Gitea says the same', async () => {
  const { creation, access } = person;
  const { pattern, maxLength } = creation.rules.name;
  const names = ['-', '--', '_', '.github', 'x.lock', 'a.b', 'naïve', 'x.git', 'x.WIKI', 'x.rss'];
  for (const name of [...names, 'x'.repeat(100), 'x'.repeat(101)]) {
    const taken = pattern.test(name) && name.length <= maxLength;
    const made = creation.create(access, wish(name));
    const outcome = taken ? (await made).name : (await refusalOf(made)).code;
    expect(outcome, name).toBe(taken ? name : 'InvalidInput');
  }
});
