import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anyPorts, hostIds } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { authorizeUrl, connect, redeem, redirectUri, send, tokenCall, user } from './calls.ts';
import { visitConsent } from './visit.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ ports: anyPorts });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

describe.each(hostIds)('the authorization of %s', (id) => {
  test('given consent, when the code is redeemed, then its token reads the chosen account', async () => {
    const call = await user(sandbox, id, { account: 'other-user' });
    const { body } = await call('GET', id === 'atomgit' ? '/user/info' : '/user');
    expect(body.login ?? body.username).toBe('other-user');
  });
  test('given a state, when the user allows, then the callback carries it back', async () => {
    const back = await visitConsent(authorizeUrl(sandbox, id));
    expect(back.href.startsWith(redirectUri)).toBe(true);
    expect(back.searchParams.get('state')).toBe('the-state');
  });
  test('given a used code, when it is redeemed again, then it is refused', async () => {
    const back = await visitConsent(authorizeUrl(sandbox, id));
    const code = back.searchParams.get('code') ?? '';
    await redeem(sandbox, id, code);
    const { body } = await redeem(sandbox, id, code);
    const own: Partial<Record<string, string>> = {
      github: 'bad_verification_code',
      gitea: 'unauthorized_client',
    };
    expect(body.error).toBe(own[id] ?? 'invalid_grant');
  });
  test('given a code, when ten minutes pass, then it is refused', async () => {
    const back = await visitConsent(authorizeUrl(sandbox, id));
    sandbox.advance(600_000);
    const { body } = await redeem(sandbox, id, back.searchParams.get('code') ?? '');
    expect(body.error).toBeDefined();
  });
  test('given an unknown client, when it asks, then a page says so and nobody is sent back', async () => {
    const { status } = await send('GET', authorizeUrl(sandbox, id, { client_id: 'stranger' }));
    expect(status).toBe(400);
  });
  test('given a callback address elsewhere, when it is asked for, then nobody is sent there', async () => {
    const url = authorizeUrl(sandbox, id, { redirect_uri: 'http://localhost.evil.example/' });
    expect((await send('GET', url)).headers.get('location')).toBeNull();
  });
  test('given a token in the query, when the API is called, then it is refused', async () => {
    const { body } = await connect(sandbox, id);
    const path = id === 'atomgit' ? '/user/info' : '/user';
    const url = `${sandbox.providers[id].apiUrl}${path}?access_token=${body.access_token}`;
    expect((await send('GET', url)).status).toBe(400);
  });
  test('given an expired access token, when it is used, then 401, and a refresh helps', async () => {
    const first = (await connect(sandbox, id)).body;
    sandbox.expire(id, String(first.access_token));
    const url = sandbox.providers[id].apiUrl + (id === 'atomgit' ? '/user/info' : '/user');
    expect((await send('GET', url, { token: first.access_token })).status).toBe(401);
    const { body } = await tokenCall(sandbox, id, {
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token,
      redirect_uri: redirectUri,
    });
    expect((await send('GET', url, { token: body.access_token })).status).toBe(200);
  });
});

describe.each(['github', 'gitlab'] as const)('PKCE at %s', (id) => {
  test('given a challenge, when another verifier comes, then the code is refused and spent', async () => {
    const back = await visitConsent(authorizeUrl(sandbox, id));
    const code = back.searchParams.get('code') ?? '';
    const wrong = { code, redirect_uri: redirectUri, code_verifier: 'x'.repeat(43) };
    const { body } = await tokenCall(sandbox, id, { grant_type: 'authorization_code', ...wrong });
    expect(body.error).toBeDefined();
    expect((await redeem(sandbox, id, code)).body.error).toBeDefined();
  });
  test('given the method plain, when it is asked for, then it is refused', async () => {
    const back = await visitConsent(authorizeUrl(sandbox, id, { code_challenge_method: 'plain' }));
    expect(back.searchParams.get('error')).toBe('invalid_request');
  });
});

describe('denial', () => {
  const descriptions = {
    github: 'The user has denied your application access.',
    gitlab: 'The resource owner or authorization server denied the request.',
    gitee: '用户或服务器拒绝了请求',
    'atomgit-v5': '用户或服务器拒绝了请求',
    atomgit: null,
    gitea: 'the request is denied',
  };
  test.each(hostIds)(
    'given the page of %s, when the user denies, then its error comes back',
    async (id) => {
      const back = await visitConsent(authorizeUrl(sandbox, id), { decision: 'deny' });
      expect(back.searchParams.get('error')).toBe('access_denied');
      expect(back.searchParams.get('error_description')).toBe(descriptions[id]);
      expect(back.searchParams.get('state')).toBe('the-state');
      expect(back.searchParams.get('code')).toBeNull();
    },
  );
});

describe('scopes', () => {
  test('given an unknown scope at GitLab, when it is asked for, then invalid_scope comes back', async () => {
    const back = await visitConsent(authorizeUrl(sandbox, 'gitlab', { scope: 'api nonsense' }));
    expect(back.searchParams.get('error')).toBe('invalid_scope');
  });
  test('given a withheld scope, when tokens are issued, then they lack it and calls are refused', async () => {
    const { body } = await connect(sandbox, 'gitee', { withhold: ['projects'] });
    expect(body.scope).toBe('user_info groups');
    const url = `${sandbox.providers.gitee.apiUrl}/user/repos`;
    expect((await send('GET', url, { token: body.access_token })).status).toBe(403);
  });
});

describe('refresh', () => {
  const refresh = (id: (typeof hostIds)[number], refresh_token: unknown, more = {}) =>
    tokenCall(sandbox, id, {
      grant_type: 'refresh_token',
      refresh_token,
      redirect_uri: redirectUri,
      ...more,
    });

  test('given GitHub, when a refresh token is used, then both old tokens die at once', async () => {
    const first = (await connect(sandbox, 'github')).body;
    expect(first).toMatchObject({
      expires_in: 28_800,
      refresh_token_expires_in: 15_811_200,
      scope: '',
    });
    const second = (await refresh('github', first.refresh_token)).body;
    expect(second.access_token).toMatch(/^ghu_/);
    const url = `${sandbox.providers.github.apiUrl}/user`;
    expect((await send('GET', url, { token: first.access_token })).status).toBe(401);
    const again = await refresh('github', first.refresh_token);
    expect([again.status, again.body.error]).toEqual([200, 'bad_refresh_token']);
  });
  test('given GitLab, when a refresh token is used twice, then invalid_grant, and the new one lives', async () => {
    const first = (await connect(sandbox, 'gitlab')).body;
    const second = (await refresh('gitlab', first.refresh_token)).body;
    const again = await refresh('gitlab', first.refresh_token);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
    expect((await refresh('gitlab', second.refresh_token)).status).toBe(200);
  });
  test('given GitLab, when a refresh names another redirect URI, then invalid_grant', async () => {
    const { body } = await connect(sandbox, 'gitlab');
    const other = { redirect_uri: 'http://localhost:1/' };
    expect((await refresh('gitlab', body.refresh_token, other)).body.error).toBe('invalid_grant');
  });
  test('given a wrong secret, when GitLab is asked, then 401, and nothing is spent', async () => {
    const { body } = await connect(sandbox, 'gitlab');
    const wrong = await refresh('gitlab', body.refresh_token, { client_secret: 'wrong' });
    expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client']);
    expect((await refresh('gitlab', body.refresh_token)).status).toBe(200);
  });
  test('given AtomGit 2023, when it is refreshed, then the refresh token stays and times are absolute', async () => {
    const first = (await connect(sandbox, 'atomgit')).body;
    expect(first.expires_in).toBeGreaterThan(1e11);
    sandbox.advance(1000);
    const second = (await refresh('atomgit', first.refresh_token)).body;
    expect(second.refresh_token).toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token_expires_in).toBeGreaterThan(Number(first.refresh_token_expires_in));
  });
  test('given AtomGit 2023, when a form is sent, then it is not understood', async () => {
    const url = `${sandbox.providers.atomgit.webUrl}/login/oauth/access_token`;
    expect((await send('POST', url, { form: { code: 'x' } })).status).toBe(415);
  });
  test('given Gitee and AtomGit v5, when tokens are issued, then each has its own fields', async () => {
    const gitee = (await connect(sandbox, 'gitee')).body;
    expect(gitee).toMatchObject({ token_type: 'bearer', expires_in: 86_400 });
    expect(gitee.created_at).toBeTypeOf('number');
    const v5 = (await connect(sandbox, 'atomgit-v5')).body;
    expect(v5).toMatchObject({ expires_in: 1_296_000 });
    expect(v5.created_at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(v5).not.toHaveProperty('token_type');
  });
  test('given Gitee, when a code is wrong, then the error is in Chinese', async () => {
    const { status, body } = await redeem(sandbox, 'gitee', 'wrong');
    expect(status).toBe(400);
    expect(body.error_description).toContain('授权方式无效');
  });
});

describe("GitHub's answers", () => {
  test('given no Accept header, when a code is wrong, then the error is form-encoded with 200', async () => {
    const { webUrl, clientId, clientSecret } = sandbox.providers.github;
    const { status, headers, body } = await send('POST', `${webUrl}/login/oauth/access_token`, {
      form: { client_id: clientId, client_secret: clientSecret, code: 'wrong' },
      headers: { accept: '*/*' },
    });
    expect([status, headers.get('content-type')]).toEqual([
      200,
      'application/x-www-form-urlencoded; charset=utf-8',
    ]);
    expect(new URLSearchParams(String(body)).get('error')).toBe('bad_verification_code');
  });
  test('given a wrong secret, when a token is asked for, then 200 with incorrect_client_credentials', async () => {
    const { status, body } = await tokenCall(sandbox, 'github', { client_secret: 'wrong' });
    expect([status, body.error]).toEqual([200, 'incorrect_client_credentials']);
  });
  test('given the scheme token, when the API is called, then it is taken as well as Bearer', async () => {
    const { body } = await connect(sandbox, 'github');
    const headers = { authorization: `token ${body.access_token}` };
    const { status } = await send('GET', `${sandbox.providers.github.apiUrl}/user`, { headers });
    expect(status).toBe(200);
  });
});

describe('revocation', () => {
  test('given GitLab, when a token is revoked, then its API says so and its refresh token is dead', async () => {
    const { body } = await connect(sandbox, 'gitlab');
    const { webUrl, apiUrl, clientId, clientSecret } = sandbox.providers.gitlab;
    const form = { client_id: clientId, client_secret: clientSecret, token: body.access_token };
    expect((await send('POST', `${webUrl}/oauth/revoke`, { form })).body).toEqual({});
    const answer = await send('GET', `${apiUrl}/user`, { token: body.access_token });
    expect(answer.body.error_description).toContain('Token was revoked');
    const refreshed = await tokenCall(sandbox, 'gitlab', {
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
      redirect_uri: redirectUri,
    });
    expect(refreshed.body.error).toBe('invalid_grant');
  });
  test('given GitHub, when the app deletes a token, then checking it answers 404', async () => {
    const { body } = await connect(sandbox, 'github');
    const { apiUrl, clientId, clientSecret } = sandbox.providers.github;
    const url = `${apiUrl}/applications/${clientId}/token`;
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const options = { json: { access_token: body.access_token }, headers: { authorization } };
    expect((await send('POST', url, options)).body.user?.login).toBe('sandbox-user');
    expect((await send('DELETE', url, options)).status).toBe(204);
    expect((await send('POST', url, options)).status).toBe(404);
  });
});
