import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { person, refused } from './person.ts';
import { type Stage, startStage } from './stage.ts';

let app: Stage;
beforeAll(async () => {
  app = await startStage();
});
beforeEach(() => app.sandbox.reset());
afterAll(() => app.sandbox.close());

const notes = (id: HostId) =>
  app.sandbox.state(id).repositories.find(({ fullName }) => fullName === 'sandbox-user/notes');
const handle = (id: HostId) => ({ id: String(notes(id)?.id), fullName: 'sandbox-user/notes' });

describe('refusals of GitLab', () => {
  test.each([
    [
      '403 Forbidden  - You (@someone) must accept the Terms of Service in order to perform this action. To accept these terms, please access GitLab from a web browser at https://gitlab.example.com.',
      'terms_not_accepted',
    ],
    [
      'Your password expired. Please access GitLab from a web browser to update your password.',
      'password_expired',
    ],
    ['403 Forbidden - You must confirm your email address', 'email_unverified'],
    ['403 Forbidden - Your account has been blocked', 'account_suspended'],
    ['403 Forbidden - Two-factor authentication is required', 'two_factor_required'],
  ])(
    'given %j, when the account is asked for, then it is said what to do, and where',
    async (message, reason) => {
      const { access, client, answering } = await person(app, 'gitlab');
      answering({ path: '*/user', status: 403, body: { message } });
      expect(await refused(client.identify(access.token))).toMatchObject({
        code: 'Forbidden',
        reason,
        remedy: expect.stringContaining(app.sandbox.providers.gitlab.webUrl),
      });
    },
  );

  test('given a push rule, when files are committed, then its sentence is told with the field', async () => {
    const { access, creation, answering } = await person(app, 'gitlab');
    const message = "Commit message does not follow the pattern '^(feat|fix|chore): .+'";
    answering({ method: 'POST', path: '*/repository/commits', status: 400, body: { message } });
    const commit = { branch: 'main', message: 'Seed', files: [{ path: 'a', content: '' }] };
    expect(await refused(creation.commitFiles(access, handle('gitlab'), commit))).toMatchObject({
      code: 'InvalidInput',
      fields: [{ field: 'commitMessage', problem: message }],
    });
  });

  test('given a template whose code is hidden, when it is looked at, then it is not readable', async () => {
    const { access, creation, answering } = await person(app, 'gitlab');
    answering({
      path: '*/projects/*',
      status: 200,
      body: {
        id: 20007,
        path_with_namespace: 'templates/starter',
        visibility: 'private',
        empty_repo: false,
      },
    });
    const found = await creation.findRepository(access, 'templates/starter');
    if (found === undefined) throw new Error('not found');
    expect(await refused(creation.readiness(access, found))).toMatchObject({
      code: 'NotFound',
      reason: 'template_not_readable',
      remedy: expect.stringContaining('Reporter'),
    });
  });

  test('given thousands of groups, when one is named, then it is asked for by its path', async () => {
    const { access, creation } = await person(app, 'gitlab');
    const before = app.sandbox.requests.length;
    expect(await creation.findNamespace(access, 'sandbox-org')).toMatchObject({
      path: 'sandbox-org',
      kind: 'organization',
    });
    expect(app.sandbox.requests.length - before).toBe(1);
  });
});

describe.each(['github', 'gitlab', 'gitee', 'atomgit-v5'] as const)('a proxy before %s', (id) => {
  test.each([403, 404, 503, 200])(
    'given its page with %d, when a repository or a token is asked for, then nothing is said of either',
    async (status) => {
      const { access, client, creation, answering } = await person(app, id);
      answering({ action: 'html', path: '*', status });
      const looked = await refused(creation.findRepository(access, 'sandbox-user/notes'));
      expect(['ProviderProtocol', 'ProviderUnavailable']).toContain(looked.code);
      expect((await refused(client.identify(access.token))).code).toBe(looked.code);
    },
  );

  test('given its page with 401, when a token is used, then the token is not given up', async () => {
    const { access, client, answering } = await person(app, id);
    answering({ action: 'html', path: '*', status: 401 });
    expect((await refused(client.identify(access.token))).code).toBe('ProviderProtocol');
  });
});
