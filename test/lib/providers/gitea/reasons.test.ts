import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import {
  access,
  asked,
  failureOf,
  get,
  refusalOf,
  refuse,
  said,
  scripted,
  template,
  token,
  version,
  wish,
} from './fixtures.ts';

describe('what a creating call is refused for', () => {
  const generating = (reply: Exchange['reply']) =>
    asked('POST', '/repos/templates/starter/generate', reply, {
      owner: 'sandbox-user',
      name: 'mine',
      description: 'operation abc',
      private: true,
      git_content: true,
    });

  test.each<[string, ReturnType<typeof refuse>, string, string | undefined]>([
    ['a name that is taken', said('generated, taken'), 'AlreadyExists', 'name_taken'],
    [
      'a source that is no template',
      said('generated from no template'),
      'InvalidInput',
      'not_a_template',
    ],
    [
      'another user as owner',
      said('generated for another user'),
      'Forbidden',
      'creation_not_allowed',
    ],
    [
      'an organisation of others',
      said('generated in an organization of others'),
      'Forbidden',
      'creation_not_allowed',
    ],
    ['nobody as owner', said('generated for nobody'), 'NotFound', undefined],
    [
      'a template without Git content',
      said('generated without content'),
      'InvalidInput',
      'refused_by_provider',
    ],
    ['a scope that its consent lacks', said('scope lacking'), 'ScopeMissing', 'scope_missing'],
    [
      'code that is not for this account',
      refuse(403, 'user should have specific read permission or be a repo admin or a site admin'),
      'Forbidden',
      'template_not_readable',
    ],
    [
      'a name of its own',
      refuse(422, 'name is reserved [name: -]'),
      'InvalidInput',
      'name_refused',
    ],
    ['a full quota', refuse(413, 'quota exceeded'), 'Forbidden', 'quota_exceeded'],
  ])('given %s, when generated, then the reason is told', async (_, reply, code, reason) => {
    const gitea = await scripted([version, generating(reply)]);
    expect(await refusalOf(gitea.creation.generate(access, template, wish))).toEqual([
      code,
      reason,
    ]);
  });

  test.each<[string, ReturnType<typeof refuse>, string, string]>([
    ['one fork already', said('forked again'), 'AlreadyExists', 'fork_exists'],
    ['a name that is taken', said('forked, taken'), 'AlreadyExists', 'name_taken'],
    [
      'a migration that is not over',
      refuse(409, 'another import is still in progress'),
      'ProviderUnavailable',
      'busy',
    ],
    [
      'files that were left behind',
      refuse(409, 'repository files already exist [uname: a, name: b]'),
      'AlreadyExists',
      'name_taken',
    ],
    [
      'a limit that is reached',
      refuse(409, 'user has reached maximum limit of repositories [limit: 0]'),
      'Forbidden',
      'repository_limit',
    ],
    [
      'an owner who blocked this account',
      refuse(403, 'user is blocked'),
      'Forbidden',
      'user_blocked',
    ],
    [
      'an organisation of others',
      said('forked into an organization of others'),
      'Forbidden',
      'creation_not_allowed',
    ],
  ])('given %s, when forked, then the reason is told', async (_, reply, code, reason) => {
    const path = '/repos/templates/starter/forks';
    const gitea = await scripted([version, asked('POST', path, reply, { name: 'mine' })]);
    expect(await refusalOf(gitea.creation.fork(access, template, wish))).toEqual([code, reason]);
  });

  const limit = refuse(403, 'user has reached maximum limit of repositories [limit: 0]');
  test.each([
    [
      'a limit, which generating answers with 500 and no word',
      limit,
      'Forbidden',
      'repository_limit',
    ],
    ['trouble', refuse(422, 'name is reserved [name: .]'), 'ProviderUnavailable', undefined],
    ['a consent that may not ask', said('scope lacking'), 'ProviderUnavailable', undefined],
  ])(
    'given %s, when generated, then a call that can make nothing tells it apart',
    async (_, reply, code, reason) => {
      const gitea = await scripted([
        version,
        generating(refuse(500, '')),
        asked('POST', '/user/repos', reply, { name: '.' }),
      ]);
      expect(await refusalOf(gitea.creation.generate(access, template, wish))).toEqual([
        code,
        reason,
      ]);
    },
  );

  test('given a fork that stands there, when forked again, then the remedy names it', async () => {
    const path = '/repos/templates/starter/forks';
    const gitea = await scripted([
      version,
      asked('POST', path, said('forked again'), { name: 'mine' }),
    ]);
    const failure = await failureOf(gitea.creation.fork(access, template, wish));
    expect(failure.details.remedy).toContain('sandbox-user/fork');
  });
});

describe('what any call is refused for', () => {
  test.each<[string, ReturnType<typeof refuse>, string, string | undefined]>([
    ['a token of nobody', said('token of nobody'), 'ReconnectRequired', 'access_token_rejected'],
    ['a consent for less', said('scope lacking'), 'ScopeMissing', 'scope_missing'],
    [
      'a consent for public things',
      refuse(403, 'token scope is limited to public repos'),
      'ScopeMissing',
      'scope_missing',
    ],
    [
      'an account not activated',
      refuse(403, 'This account is not activated.'),
      'Forbidden',
      'account_inactive',
    ],
    [
      'an account that may not sign in',
      refuse(
        403,
        'This account is prohibited from signing in, please contact your site administrator.',
      ),
      'Forbidden',
      'account_suspended',
    ],
    [
      'a password that has expired',
      refuse(
        403,
        'You must change your password. Change it at: https://gitea.example/user/change_password',
      ),
      'Forbidden',
      'password_expired',
    ],
    ['something new', refuse(403, 'not today'), 'Forbidden', 'refused_by_provider'],
  ])('given %s, when asked who it is, then the reason is told', async (_, reply, code, reason) => {
    const gitea = await scripted([get('/user', reply)]);
    expect(await refusalOf(gitea.identify(token))).toEqual([code, reason]);
  });

  test.each([
    [200, 'ProviderProtocol'],
    [403, 'ProviderProtocol'],
    [404, 'ProviderProtocol'],
  ])(
    'given a page of a proxy with %i, when asked who it is, then it is not taken for an answer',
    async (status, code) => {
      const gitea = await scripted([get('/user', { status, text: '<html>Sign in</html>' })]);
      expect((await failureOf(gitea.identify(token))).code).toBe(code);
    },
  );
});
