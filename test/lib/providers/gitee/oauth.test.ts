import { describe, expect, test } from 'vitest';
import { create } from '../../../../lib/providers/gitee/index.ts';
import { capability } from '../../../../lib/providers/provider.ts';
import type { Exchange } from '../../../harness/replay.ts';
import { clientSecret, contextOf, failureOf, now, redirectUri } from '../v5/setup.ts';

const code = 'code-0123456789';
const exchangeRequest = { code, redirectUri, codeVerifier: 'verifier-0123456789' };
const refreshToken = 'refresh-0123456789';

const codeForm = {
  grant_type: 'authorization_code',
  code,
  client_id: 'client-1',
  client_secret: clientSecret,
  redirect_uri: redirectUri,
};
const refreshForm = {
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
  client_id: 'client-1',
  client_secret: clientSecret,
  redirect_uri: redirectUri,
};
const tokenBody = {
  access_token: 'access-0123456789',
  token_type: 'bearer',
  expires_in: 86400,
  refresh_token: 'refresh-9876543210',
  scope: 'user_info projects hook groups gists',
  created_at: Math.floor(now / 1000) - 3,
};
const refusedBody = {
  error: 'invalid_grant',
  error_description: '授权方式无效，或者登录回调地址无效、过期或已被撤销',
};

const token = (form: Record<string, string>, reply: Exchange['reply']): Exchange => ({
  expect: { method: 'POST', path: '/oauth/token', form },
  reply,
});

async function gitee(script: readonly Exchange[], scopes: readonly string[] = []) {
  const { host, context } = await contextOf(script, { kind: 'gitee', scopes });
  return { host, provider: create(context) };
}

const refreshWith = async (reply: Exchange['reply']) => {
  const { provider } = await gitee([token(refreshForm, reply)]);
  const signal = new AbortController().signal;
  return capability(provider, 'refresh')({ refreshToken, redirectUri, signal });
};

describe('authorizing', () => {
  test('given scopes, when the authorize URL is made, then it has what the host takes and no PKCE', async () => {
    const { host, provider } = await gitee([], ['user_info', 'projects']);

    const url = new URL(
      provider.authorizeUrl({ state: 's', redirectUri, codeChallenge: 'challenge' }),
    );

    expect(url.origin + url.pathname).toBe(`${host.origin}/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client-1',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'user_info projects',
      state: 's',
    });
  });

  test('given no revocation at the host, when it is asked for, then it is unsupported', async () => {
    const { provider } = await gitee([]);

    expect(() => capability(provider, 'revoke')).toThrow(
      expect.objectContaining({ code: 'Unsupported', details: { reason: 'no_revoke' } }),
    );
  });
});

describe('exchanging a code', () => {
  test('given an accepted code, when redeemed, then tokens, scopes and expiry are read', async () => {
    const { provider } = await gitee([token(codeForm, { status: 200, json: tokenBody })]);

    expect(await provider.exchange(exchangeRequest)).toEqual({
      accessToken: 'access-0123456789',
      refreshToken: 'refresh-9876543210',
      expiresAt: now - 3_000 + 86_400_000,
      scopes: ['user_info', 'projects', 'hook', 'groups', 'gists'],
    });
  });

  test('C12 given a host without PKCE, when a code is redeemed, then no secret is in a URL and no verifier is sent', async () => {
    const { host, provider } = await gitee([token(codeForm, { status: 200, json: tokenBody })]);

    await provider.exchange(exchangeRequest);

    expect(host.requests.map(({ url }) => url)).toEqual(['/oauth/token']);
    expect(host.requests.map(({ body }) => body).join()).not.toContain('verifier');
  });

  test.each([400, 401, 200])(
    'given a spent code refused with status %d, when redeemed, then the code is rejected',
    async (status) => {
      const { provider } = await gitee([token(codeForm, { status, json: refusedBody })]);

      const error = await failureOf(provider.exchange(exchangeRequest));

      expect(error).toMatchObject({ code: 'StateMismatch', details: { reason: 'code_rejected' } });
    },
  );

  test('given a token of 600 characters, when redeemed, then it is whole', async () => {
    const accessToken = 'x'.repeat(600);
    const json = { ...tokenBody, access_token: accessToken };
    const { provider } = await gitee([token(codeForm, { status: 200, json })]);

    expect(await provider.exchange(exchangeRequest)).toMatchObject({ accessToken });
  });
});

describe('refreshing', () => {
  test('given no word of the host on it, when the rotation is asked for, then it is the safe one', async () => {
    expect((await gitee([])).provider.rotation).toBe('kills-access');
  });

  test('given a live refresh token, when refreshed, then it went in the body and both tokens are new', async () => {
    const tokens = await refreshWith({ status: 200, json: tokenBody });

    expect(tokens).toMatchObject({
      accessToken: 'access-0123456789',
      refreshToken: 'refresh-9876543210',
    });
  });

  const refusals: [string, Exchange['reply'], object][] = [
    [
      'a spent token',
      { status: 400, json: refusedBody },
      { code: 'ReconnectRequired', details: { reason: 'invalid_grant' } },
    ],
    [
      'a spent token told by a message alone',
      { status: 401, json: { message: 'The refresh token is expired' } },
      { code: 'ReconnectRequired', details: { reason: 'invalid_grant' } },
    ],
    [
      'a wrong client secret',
      { status: 401, json: { error: 'invalid_client' } },
      { code: 'Misconfigured', details: { reason: 'invalid_client' } },
    ],
    [
      'a bare 401',
      { status: 401, json: { message: '401 Unauthorized' } },
      { code: 'Misconfigured', details: { reason: 'invalid_client' } },
    ],
    ['a refusal that says nothing', { status: 400, json: {} }, { code: 'ProviderProtocol' }],
    ['HTML from a proxy', { status: 400, text: '<html>' }, { code: 'ProviderProtocol' }],
    ['a failing host', { status: 503, text: '<html>' }, { code: 'ProviderUnavailable' }],
    ['an answer cut off', 'cut', { code: 'ProviderTimeout' }],
    [
      'a limit',
      { status: 429, headers: { 'retry-after': '7' }, text: '' },
      { code: 'RateLimited', details: { retryAfter: 7 } },
    ],
  ];

  test.each(refusals)(
    'given %s, when refreshed, then it is told as it is',
    async (_, reply, expected) => {
      expect(await failureOf(refreshWith(reply))).toMatchObject(expected);
    },
  );
});
