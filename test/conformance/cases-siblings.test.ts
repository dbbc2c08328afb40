import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../infra/local/sandbox/faults.ts';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import type { Creation, Provider } from '../../lib/providers/provider.ts';
import { loadProvider } from '../../lib/providers/registry.ts';
import { creatingHosts, hosts } from './hosts.ts';
import { person, refused } from './person.ts';
import { redirectUri, type Stage, startStage } from './stage.ts';

/** What befell one call at one host, asked of the other calls and the other hosts. */

let stage: Stage;
let oauth: Stage;
beforeAll(async () => {
  stage = await startStage();
  oauth = await startStage({ githubApp: 'oauth-app' });
});
beforeEach(() => {
  stage.sandbox.reset();
  oauth.sandbox.reset();
});
afterAll(async () => {
  await stage.sandbox.close();
  await oauth.sandbox.close();
});

const own = { id: '1', path: 'sandbox-user', name: 'sandbox-user', kind: 'user' } as const;
const wish = { namespace: own, name: 'mine', description: '', visibility: 'public' } as const;
const template = { template: 'templates/starter', includeAllBranches: false };
const commit = { branch: 'main', message: 'Seed', files: [{ path: 'a', content: 'YQ==' }] };

/** Every call of a person's token. */
const calls: Readonly<
  Record<string, (client: Provider, access: Access, handle: Handle) => Promise<unknown> | undefined>
> = {
  identify: (client, access) => client.identify(access.token),
  repositories: (client, access) => client.repositories(access, {}),
  'repositories of an organisation': (client, access) =>
    client.repositories(access, { namespace: 'sandbox-org' }),
  namespaces: ({ creation }, access) => creation?.namespaces(access, {}),
  findNamespace: ({ creation }, access) => creation?.findNamespace(access, 'sandbox-org'),
  'findNamespace of one’s own': ({ creation }, access) => creation?.findNamespace(access),
  findRepository: ({ creation }, access) => creation?.findRepository(access, 'sandbox-user/notes'),
  create: ({ creation }, access) => creation?.create?.(access, wish),
  'create in an organisation': ({ creation }, access) =>
    creation?.create?.(access, { ...wish, namespace: { ...own, path: 'o', kind: 'organization' } }),
  generate: ({ creation }, access) => creation?.generate?.(access, template, wish),
  fork: ({ creation }, access) => creation?.fork?.(access, template, wish),
  readiness: ({ creation }, access, handle) => creation?.readiness(access, handle),
  configure: ({ creation }, access, handle) =>
    creation?.configure(access, handle, { description: 'x' }),
  'configure the CI': ({ creation }, access, handle) =>
    creation?.configure(access, handle, { ci: true }),
  'configure issues': ({ creation }, access, handle) =>
    creation?.configure(access, handle, { hasIssues: false }),
  commitFiles: ({ creation }, access, handle) => creation?.commitFiles(access, handle, commit),
  deleteRepository: ({ creation }, access, handle) => creation?.deleteRepository?.(access, handle),
};
type Access = Parameters<Creation['namespaces']>[0];
type Handle = Parameters<Creation['readiness']>[1];

const pages: readonly (readonly [string, Omit<FaultRule, 'provider'>])[] = [
  ['a page with 200', { action: 'html', status: 200 }],
  ['a page with 403', { action: 'html', status: 403 }],
  ['a page with 404', { action: 'html', status: 404 }],
  ['a page with 409', { action: 'html', status: 409 }],
  ['a page with 422', { action: 'html', status: 422 }],
  ['a page with 503', { action: 'html', status: 503 }],
  ['text with 200', { action: 'text', status: 200 }],
  ['text with 404', { action: 'text', status: 404 }],
];

describe.each(creatingHosts)('something before %s', (id) => {
  test.each(pages)(
    'given %s, when any call is made, then nothing is said to be so, missing, taken or refused',
    async (_, rule) => {
      const { client, access } = await stage.signIn(id);
      const outcomes: Record<string, string> = {};
      stage.sandbox.fault({ ...rule, provider: id, count: 999 });
      for (const [name, call] of Object.entries(calls)) {
        const work = call(client, access, { id: '1', fullName: 'sandbox-user/notes' });
        if (work === undefined) continue;
        outcomes[name] = await work.then(
          () => 'taken for an answer',
          ({ code }: { code: string }) => code,
        );
      }
      const expected = rule.status === 503 ? 'ProviderUnavailable' : 'ProviderProtocol';
      expect(new Set(Object.values(outcomes)), JSON.stringify(outcomes)).toEqual(
        new Set([expected]),
      );
    },
  );

  test('given null in place of a list, when one is read, then there is nothing in it', async () => {
    const { client, access } = await stage.signIn(id);
    stage.sandbox.fault({
      provider: id,
      path: '*/repos',
      action: 'status',
      status: 200,
      body: null,
      count: 9,
    });
    stage.sandbox.fault({
      provider: id,
      path: '*/projects',
      action: 'status',
      status: 200,
      body: null,
      count: 9,
    });
    expect((await client.repositories(access, {})).items).toEqual([]);
  });
});

describe.each(hosts)('tokens behind something before %s', (id) => {
  test.each(pages)(
    'given %s, when a code is redeemed or a token refreshed or ended, then neither is given up, nor is the app',
    async (_, rule) => {
      const { client, tokens } = await stage.signIn(id);
      const consent = await stage.consent(id);
      stage.sandbox.fault({ ...rule, provider: id, count: 999 });
      const { signal } = new AbortController();
      const { refreshToken = '' } = tokens;
      const works = [
        () => client.exchange(consent),
        () => client.refresh?.({ refreshToken, redirectUri, signal }),
        () => client.revoke?.(tokens),
        () => client.isAlive?.(tokens.accessToken),
      ];
      for (const begin of works) {
        const work = begin();
        if (work === undefined) continue;
        expect(['ProviderProtocol', 'ProviderUnavailable', 'ProviderTimeout']).toContain(
          (await refused(work)).code,
        );
      }
    },
  );
});

describe('what passes', () => {
  test.each([
    ['github', 'GitHub is in read-only mode for maintenance.'],
    ['gitlab', '403 Forbidden - You cannot perform write operations on a read-only instance'],
    ['gitlab', 'The repository is temporarily read-only. Please try again later.'],
  ] as const)(
    'given %s in maintenance (%s), when it is written, then it is busy',
    async (id, message) => {
      const { access, creation, answering } = await person(stage, id);
      answering({ method: 'PATCH', status: 403, body: { message } });
      answering({ method: 'PUT', status: 403, body: { message } });
      const work = creation.configure(access, { id: '1', fullName: 'a/b' }, { description: 'x' });
      expect(await refused(work)).toMatchObject({
        code: 'ProviderUnavailable',
        reason: 'read_only',
      });
    },
  );
});

describe('accounts that Gitea refuses', () => {
  test.each([
    ['This account is not activated.', 'account_inactive'],
    [
      'This account is prohibited from signing in, please contact your site administrator.',
      'account_suspended',
    ],
    [
      'You must change your password. Change it at: https://gitea.example/user/change_password',
      'password_expired',
    ],
    ['user is blocked', 'user_blocked'],
    ['Given user is not allowed to create repository in organization.', 'creation_not_allowed'],
  ])('given %j, when a repository is made, then it is said what to do', async (message, reason) => {
    const { access, creation, answering } = await person(stage, 'gitea');
    answering({ method: 'POST', status: 403, body: { message } });
    expect(await refused(creation.create?.(access, wish))).toMatchObject({
      code: 'Forbidden',
      reason,
      remedy: expect.stringMatching(/\w+ \w+/),
    });
  });
});

/** What a host says to whatever it is asked, until somebody has done something about it. */
const everywhere = [
  [
    'github',
    { status: 403, body: { message: 'the `acme` organization has an IP allow list enabled' } },
    'ip_not_allowed',
  ],
  [
    'github',
    {
      status: 403,
      headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?once=1' },
      body: { message: 'Resource protected by organization SAML enforcement.' },
    },
    'sso_required',
  ],
  [
    'gitlab',
    { status: 403, body: { message: '403 Forbidden - You must accept the Terms of Service' } },
    'terms_not_accepted',
  ],
  ['gitee', { status: 403, body: { message: '请先开启两步验证' } }, 'two_factor_required'],
  ['atomgit-v5', { status: 403, body: { message: '该账号已被封禁' } }, 'account_suspended'],
  [
    'gitea',
    { status: 403, body: { message: 'You must change your password.' } },
    'password_expired',
  ],
] as const;

describe('a reason that is none of one call', () => {
  test.each(everywhere)(
    'given %s, which says %o to everything, when any call is made, then it is said why, each time',
    async (id, answer, reason) => {
      const { client, access } = await stage.signIn(id);
      stage.sandbox.fault({ provider: id, action: 'status', count: 999, ...answer });
      const reasons: Record<string, string | undefined> = {};
      for (const [name, call] of Object.entries(calls)) {
        const work = call(client, access, { id: '1', fullName: 'sandbox-user/notes' });
        if (work !== undefined) reasons[name] = (await refused(work)).reason;
      }
      expect(new Set(Object.values(reasons)), JSON.stringify(reasons)).toEqual(new Set([reason]));
    },
  );

  test('given single sign-on, when it is refused, then the page for it is named, without what is only for once', async () => {
    const { access, client, answering } = await person(stage, 'github');
    answering({ path: '*/user', ...everywhere[1][1] });
    const { remedy } = await refused(client.identify(access.token));
    expect(remedy).toContain('https://github.com/orgs/acme/sso)');
    expect(remedy).not.toContain('once');
  });

  test.each([
    ['Commit message must match a given regex pattern: ^feat', 'commit_message_refused'],
    ['Commits must have verified signatures.', 'push_rule'],
    ['File path restriction: secrets/', 'push_rule'],
    ['Changes must be made through a pull request.', 'branch_protected'],
  ])(
    'given a rule of GitHub’s (%s), when files are committed, then its sentence is told',
    async (rule, reason) => {
      const { access, creation, answering } = await person(stage, 'github');
      const message = `Repository rule violations found\n\n${rule}\n\n`;
      answering({ method: 'PATCH', path: '*/git/refs/*', status: 422, body: { message } });
      const handle = { id: '1', fullName: 'sandbox-user/notes' };
      const refusal = await refused(creation.commitFiles(access, handle, commit));
      expect(refusal.reason).toBe(reason);
      const told = JSON.stringify(refusal);
      if (reason !== 'branch_protected') expect(told).toContain(rule.slice(0, 20));
    },
  );
});

describe('permissions of the GitHub App', () => {
  const lacking = {
    status: 403,
    headers: { 'x-accepted-github-permissions': 'administration=write' },
    body: { message: 'Resource not accessible by integration', status: '403' },
  };
  test.each(['configure', 'configure the CI', 'deleteRepository', 'commitFiles'])(
    'given one that is lacking, when it is needed to %s, then it is named',
    async (name) => {
      const { client, access, answering } = await person(stage, 'github');
      answering({ method: 'GET', path: '*/git/*', ...lacking });
      for (const method of ['PATCH', 'PUT', 'DELETE']) answering({ method, ...lacking });
      const handle = { id: '1', fullName: 'sandbox-user/notes' };
      expect(await refused(calls[name]?.(client, access, handle))).toMatchObject({
        code: 'ScopeMissing',
        reason: 'permission_missing',
        remedy: expect.stringContaining('administration: write'),
      });
    },
  );

  test('given single sign-on elsewhere, when organizations are listed, then those hidden are counted', async () => {
    const { access } = await stage.signIn('github');
    const { clientSecret, ...settings } = stage.sandbox.providers.github;
    const leftOut: number[] = [];
    const client = await loadProvider({
      settings,
      fetch: async () =>
        Response.json([], {
          headers: { 'x-github-sso': 'partial-results; organizations=21955855,20582480' },
        }),
      now: stage.now,
      clientSecrets: async () => [clientSecret],
      leftOut: (rows) => leftOut.push(rows),
    });
    await client.repositories(access, {});
    expect(leftOut).toEqual([2]);
  });
});

describe('scopes that this deployment does not ask for', () => {
  async function asking(id: HostId, scopes: readonly string[]) {
    const { clientSecret, appPrivateKey: _, ...settings } = oauth.sandbox.providers[id];
    return loadProvider({
      settings: { ...settings, scopes },
      fetch,
      now: oauth.now,
      clientSecrets: async () => [clientSecret],
    });
  }
  const insufficient = { error: 'insufficient_scope', error_description: 'more', scope: 'api' };
  const required =
    'token does not have at least one of required scope(s), required=[write:repository], token scope=read:user';

  test.each([
    [
      'github',
      ['repo'],
      ['repo', 'read:org'],
      {
        status: 403,
        headers: { 'x-oauth-scopes': 'repo', 'x-accepted-oauth-scopes': 'read:org, user' },
        body: { message: 'You need at least read:org scope to list your organizations.' },
      },
    ],
    ['gitlab', ['read_api'], ['api'], { status: 403, body: insufficient }],
    ['gitea', ['read:user'], ['write:repository'], { status: 403, body: { message: required } }],
  ] as const)(
    'given one that %s takes, when it is lacking, then who does not ask for it is told so, and only who does is sent to connect again',
    async (id, without, within, answer) => {
      const { access } = await oauth.signIn(id);
      oauth.sandbox.fault({ provider: id, action: 'status', count: 99, ...answer });
      const listed = async (scopes: readonly string[]) => {
        const client = await asking(id, scopes);
        return refused(client.creation?.namespaces(access, {}));
      };
      expect(await listed(without)).toMatchObject({
        code: 'ScopeMissing',
        reason: 'scope_not_asked_for',
        remedy: expect.stringMatching(/does not ask for .*operator/),
      });
      expect(await listed(within)).toMatchObject({ code: 'ScopeMissing', reason: 'scope_missing' });
    },
  );
});
