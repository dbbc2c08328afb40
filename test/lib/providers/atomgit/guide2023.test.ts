import { describe, expect, test } from 'vitest';
import { create } from '../../../../lib/providers/atomgit/index.ts';
import { capability } from '../../../../lib/providers/provider.ts';
import type { Exchange } from '../../../harness/replay.ts';
import { access, bearer, clientSecret, contextOf, failureOf, redirectUri } from '../v5/setup.ts';

const version = { 'x-api-version': '2023-02-21' };
const code = 'code-0123456789';
const exchangeRequest = { code, redirectUri, codeVerifier: 'verifier-0123456789' };
const refreshToken = 'refresh_2ff47923f2f454fd9b104729ec807d6e';

const codeJson = { client_id: 'client-1', client_secret: clientSecret, code };
const refreshJson = {
  client_id: 'client-1',
  client_secret: clientSecret,
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
};
const tokenBody = {
  access_token: 'atu_7139d12be03e5f34bb6027abe39422be',
  expires_in: 1684166156606,
  refresh_token: 'refresh_1cb0f0db0ec7ddff96d1e11f7df4bd7a',
  refresh_token_expires_in: 1700034956606,
};

const token = (json: object, reply: Exchange['reply']): Exchange => ({
  expect: { method: 'POST', path: '/login/oauth/access_token', json },
  reply,
});
const get = (
  path: string,
  reply: Exchange['reply'],
  query: Record<string, string> = {},
): Exchange => ({
  expect: { method: 'GET', path, query, headers: { ...bearer, ...version } },
  reply,
});

async function atomgit(...script: readonly Exchange[]) {
  const { host, context } = await contextOf(script, { kind: 'atomgit', scopes: ['unused'] }, '');
  return { host, provider: create(context) };
}

const refreshWith = async (reply: Exchange['reply']) => {
  const { provider } = await atomgit(token(refreshJson, reply));
  const signal = new AbortController().signal;
  return capability(provider, 'refresh')({ refreshToken, redirectUri, signal });
};

describe('user authorization', () => {
  test('given a flow, when the authorize URL is made, then it has the three parameters of the guide', async () => {
    const { host, provider } = await atomgit();

    const url = new URL(
      provider.authorizeUrl({ state: 's', redirectUri, codeChallenge: 'challenge' }),
    );

    expect(url.origin + url.pathname).toBe(`${host.origin}/login/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client-1',
      state: 's',
      redirect_uri: redirectUri,
    });
  });

  test('given an accepted code, when redeemed as JSON, then absolute milliseconds are read as such', async () => {
    const { provider } = await atomgit(token(codeJson, { status: 200, json: tokenBody }));

    expect(await provider.exchange(exchangeRequest)).toEqual({
      accessToken: tokenBody.access_token,
      refreshToken: tokenBody.refresh_token,
      expiresAt: Date.parse('2023-05-15T15:55:56.606Z'),
      refreshExpiresAt: Date.parse('2023-11-15T07:55:56.606Z'),
    });
  });

  test('C12 given an exchange and a refresh, when sent, then no token, code or secret is in a URL', async () => {
    const { host, provider } = await atomgit(
      token(codeJson, { status: 200, json: tokenBody }),
      token(refreshJson, { status: 200, json: tokenBody }),
    );
    const signal = new AbortController().signal;

    await provider.exchange(exchangeRequest);
    await capability(provider, 'refresh')({ refreshToken, redirectUri, signal });

    expect(new Set(host.requests.map(({ url }) => url))).toEqual(
      new Set(['/login/oauth/access_token']),
    );
  });

  test('given a refresh, when the same refresh token comes back, then it is kept with its new expiry', async () => {
    const tokens = await refreshWith({
      status: 200,
      json: {
        access_token: 'atu_f73759ba921bc22c213429dfa741e926',
        expires_in: 1684506494639,
        refresh_token: refreshToken,
        refresh_token_expires_in: 1700375294639,
      },
    });

    expect(tokens).toEqual({
      accessToken: 'atu_f73759ba921bc22c213429dfa741e926',
      refreshToken,
      expiresAt: 1684506494639,
      refreshExpiresAt: 1700375294639,
    });
  });

  test('given the guide, when the rotation is asked for, then a refresh ends no access token', async () => {
    expect((await atomgit()).provider.rotation).toBe('overlaps');
  });

  const refusals: [string, Exchange['reply'], string, string][] = [
    [
      'bad_refresh_token',
      { status: 200, json: { error: 'bad_refresh_token' } },
      'ReconnectRequired',
      'invalid_grant',
    ],
    [
      'invalid_grant',
      { status: 400, json: { error: 'invalid_grant' } },
      'ReconnectRequired',
      'invalid_grant',
    ],
    [
      'a message about the token',
      { status: 400, json: { message: 'refresh token 已过期' } },
      'ReconnectRequired',
      'invalid_grant',
    ],
    [
      'incorrect_client_credentials',
      { status: 200, json: { error: 'incorrect_client_credentials' } },
      'Misconfigured',
      'invalid_client',
    ],
    [
      'a message about the secret',
      { status: 400, json: { message: 'client_secret 错误' } },
      'Misconfigured',
      'invalid_client',
    ],
    ['an empty refusal', { status: 400, json: {} }, 'ProviderProtocol', 'unexpected_token_answer'],
  ];

  test.each(refusals)(
    'given %s, when refreshed, then a user is marked only for the token',
    async (_, reply, code, reason) => {
      expect(await failureOf(refreshWith(reply))).toMatchObject({ code, details: { reason } });
    },
  );
});

describe('identify', () => {
  const identify = async (json: unknown) => {
    const { provider } = await atomgit(get('/user/info', { status: 200, json }));
    return provider.identify(access.token);
  };

  const shapes: [object, object][] = [
    [
      { id: 7, login: 'demo', name: 'Demo' },
      { id: '7', login: 'demo', name: 'Demo' },
    ],
    [
      { user_id: '62c3ea55', username: 'demo' },
      { id: '62c3ea55', login: 'demo' },
    ],
    [
      { id: '62c3ea55', path: 'demo', name: 'Demo' },
      { id: '62c3ea55', login: 'demo', name: 'Demo' },
    ],
    [
      { id: 0, login: null, name: 'demo' },
      { id: '0', login: 'demo', name: 'demo' },
    ],
  ];

  test.each(shapes)(
    'given the account as %o, when asked for, then it is read',
    async (json, account) => {
      expect(await identify(json)).toEqual(account);
    },
  );

  test.each([{ login: 'demo' }, { id: null, login: 'demo' }, { id: 7 }, [], 'demo'])(
    'given %o, when asked for, then it is not understood',
    async (json) => {
      expect(await failureOf(identify(json))).toMatchObject({ code: 'ProviderProtocol' });
    },
  );
});

describe('repositories', () => {
  const page = { page: '1', per_page: '50' };
  const row = {
    id: 31,
    full_name: 'acme/site',
    name: 'site',
    private: true,
    description: null,
    default_branch: 'master',
    git_url: 'git@atomgit.com:acme/site.git',
    html_url: 'https://atomgit.com/acme/site.git',
  };
  const ok = { status: 200, json: [row] };

  test.each([undefined, 'demo'])(
    'given the namespace %s, when listed, then it is the own list',
    async (namespace) => {
      const { provider } = await atomgit(get('/user/demo/repos', ok, page));
      const filter = namespace === undefined ? {} : { namespace };

      expect((await provider.repositories(access, filter)).items).toEqual([
        {
          id: '31',
          owner: 'acme',
          name: 'site',
          fullName: 'acme/site',
          description: '',
          visibility: 'private',
          webUrl: 'https://atomgit.com/acme/site',
          cloneUrls: {
            https: 'https://atomgit.com/acme/site.git',
            ssh: 'git@atomgit.com:acme/site.git',
          },
          defaultBranch: 'master',
        },
      ]);
    },
  );

  test('given an organization, when listed, then it is its list', async () => {
    const { provider } = await atomgit(get('/orgs/acme/repos', ok, page));

    expect((await provider.repositories(access, { namespace: 'acme' })).items).toHaveLength(1);
  });

  test('given a limit told as 403, when listed, then it is a limit', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'retry-after': '9' };
    const limited = get('/user/demo/repos', { status: 403, headers, text: '' }, page);
    const { provider } = await atomgit(limited);

    expect(await failureOf(provider.repositories(access, {}))).toMatchObject({
      code: 'RateLimited',
      details: { retryAfter: 9 },
    });
  });
});

describe('what this generation does not offer', () => {
  test('given no creating call, when creation is asked for, then it is unsupported before anything is sent', async () => {
    const { provider } = await atomgit();

    expect(() => capability(provider, 'creation', 'Use another provider.')).toThrow(
      expect.objectContaining({
        code: 'Unsupported',
        details: { reason: 'no_creation', remedy: 'Use another provider.' },
      }),
    );
  });

  test('given an unknown flavour, when the client is made, then the deployment is misconfigured', async () => {
    const { context } = await contextOf([], { kind: 'atomgit', flavour: '2024' });

    expect(() => create(context)).toThrow(
      expect.objectContaining({
        code: 'Misconfigured',
        details: expect.objectContaining({ reason: 'unknown_flavour' }),
      }),
    );
  });
});
