import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Exchange, replay } from '../../../harness/replay.ts';
import { failureOf, gitHubAt, redirectUri, secret, token } from './fixtures.ts';

const clientId = 'Iv1.8a61f9b3a7aba766';
const exchange = { code: 'code-0123456789', redirectUri, codeVerifier: 'verifier-0123456789' };
const renewal = { refreshToken: 'ghr_0123456789', redirectUri, signal: AbortSignal.timeout(5_000) };

const tokenRequest = (form: Record<string, string>, reply: Exchange['reply']): Exchange => ({
  expect: {
    method: 'POST',
    path: '/login/oauth/access_token',
    form: { client_id: clientId, client_secret: secret, redirect_uri: redirectUri, ...form },
    headers: { accept: 'application/json' },
  },
  reply,
});
const redeem = (reply: Exchange['reply']) =>
  tokenRequest(
    {
      grant_type: 'authorization_code',
      code: exchange.code,
      code_verifier: exchange.codeVerifier,
    },
    reply,
  );
const renew = (reply: Exchange['reply']) =>
  tokenRequest({ grant_type: 'refresh_token', refresh_token: renewal.refreshToken }, reply);

const appTokens = {
  access_token: token,
  expires_in: 28800,
  refresh_token: 'ghr_9876543210',
  refresh_token_expires_in: 15811200,
  scope: '',
  token_type: 'bearer',
};

describe('authorize URL', () => {
  const request = { state: 'state-1', redirectUri, codeChallenge: 'challenge-1' };

  test('given an OAuth app, when it begins, then state, S256 challenge and scopes are in the URL', () => {
    const github = gitHubAt(
      { origin: 'https://github.com', fetch },
      { scopes: ['repo', 'workflow'] },
    );
    const url = new URL(github.authorizeUrl(request));
    expect(url.origin + url.pathname).toBe('https://github.com/login/oauth/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      state: 'state-1',
      code_challenge: 'challenge-1',
      code_challenge_method: 'S256',
      scope: 'repo workflow',
    });
  });

  test('given an Enterprise Server, when it begins, then OAuth is at the root of that host', () => {
    const github = gitHubAt({ origin: 'https://ghe.example', fetch });
    expect(github.authorizeUrl(request)).toMatch(
      /^https:\/\/ghe\.example\/login\/oauth\/authorize\?/,
    );
  });
});

describe('code exchange', () => {
  test('given an OAuth app, when a code is redeemed, then the token does not expire', async () => {
    const json = { access_token: token, scope: 'repo,gist', token_type: 'bearer' };
    const github = gitHubAt(await replay([redeem({ status: 200, json })]));
    expect(await github.exchange(exchange)).toEqual({
      accessToken: token,
      scopes: ['repo', 'gist'],
    });
  });

  test('given an answer as a form, when a code is redeemed, then it is read all the same', async () => {
    const reply = {
      status: 200,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      text: `access_token=${token}&scope=repo%2Cgist&token_type=bearer`,
    };
    const github = gitHubAt(await replay([redeem(reply)]));
    expect(await github.exchange(exchange)).toEqual({
      accessToken: token,
      scopes: ['repo', 'gist'],
    });
  });

  test('given a GitHub App, when a code is redeemed, then both expiries are kept and no scopes', async () => {
    const host = await replay([redeem({ status: 200, json: appTokens })]);
    expect(await gitHubAt(host, { appSlug: 'bridge-app' }).exchange(exchange)).toEqual({
      accessToken: token,
      refreshToken: 'ghr_9876543210',
      expiresAt: 1_700_000_000_000 + 28_800_000,
      refreshExpiresAt: 1_700_000_000_000 + 15_811_200_000,
    });
  });

  test.each([
    [
      'incorrect_client_credentials',
      'The client_id and/or client_secret passed are incorrect.',
      'Misconfigured',
      'invalid_client',
    ],
    [
      'redirect_uri_mismatch',
      'The redirect_uri MUST match the registered callback URL.',
      'Misconfigured',
      'invalid_client',
    ],
    [
      'bad_verification_code',
      'The code passed is incorrect or expired.',
      'StateMismatch',
      'code_rejected',
    ],
    [
      'unverified_user_email',
      'The user must have a verified primary email.',
      'Forbidden',
      'unverified_user_email',
    ],
    ['unsupported_grant_type', 'Only known grants.', 'ProviderProtocol', 'unsupported_grant_type'],
  ])(
    'C16 given 200 with %s, when a code is redeemed, then it is a failure',
    async (error, error_description, code, reason) => {
      const host = await replay([redeem({ status: 200, json: { error, error_description } })]);
      const failure = await failureOf(gitHubAt(host).exchange(exchange));
      expect([failure.code, failure.details.reason]).toEqual([code, reason]);
    },
  );

  test('C16 given an error as a form, when a code is redeemed, then it is a failure', async () => {
    const reply = {
      status: 200,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      text: 'error=bad_verification_code&error_description=The+code+passed+is+incorrect',
    };
    const failure = await failureOf(gitHubAt(await replay([redeem(reply)])).exchange(exchange));
    expect(failure.code).toBe('StateMismatch');
  });

  test('given a client id that GitHub does not know, when a code is redeemed, then the operator is told', async () => {
    const host = await replay([redeem({ status: 404, json: { error: 'Not Found' } })]);
    expect((await failureOf(gitHubAt(host).exchange(exchange))).code).toBe('Misconfigured');
  });

  test.each([
    [
      'a device code',
      {
        device_code: '3584d83530557fdd1f46af8289938c8ef79f9dc5',
        user_code: 'WDJB-MJHT',
        verification_uri: 'https://github.com/login/device',
        expires_in: 900,
        interval: 5,
      },
    ],
    [
      'the check of a token',
      {
        id: 1,
        scopes: ['public_repo', 'user'],
        token,
        token_last_eight: 'Ae178B4a',
        app: { client_id: clientId },
        user: { login: 'octocat', id: 1 },
      },
    ],
  ])(
    'C16 given %s for an answer, when a code is redeemed, then it is refused and not kept',
    async (_, json) => {
      const host = await replay([redeem({ status: 200, json })]);
      const failure = await failureOf(gitHubAt(host).exchange(exchange));
      expect(failure.code).toBe('ProviderProtocol');
      expect(inspect(failure, { depth: 9 })).not.toMatch(/ghu_16C7|3584d835/);
    },
  );
});

describe('refresh', () => {
  test('given a GitHub App, when its token is refreshed, then the new pair comes', async () => {
    const host = await replay([renew({ status: 200, json: appTokens })]);
    const got = await gitHubAt(host, { appSlug: 'bridge-app' }).refresh?.(renewal);
    expect([got?.accessToken, got?.refreshToken]).toEqual([token, 'ghr_9876543210']);
  });

  test('given a refresh token that was used, when it is used again, then the user must reconnect', async () => {
    const host = await replay([renew({ status: 200, json: { error: 'bad_refresh_token' } })]);
    const failure = await failureOf(Promise.resolve(gitHubAt(host).refresh?.(renewal)));
    expect(failure).toMatchObject({
      code: 'ReconnectRequired',
      details: { reason: 'invalid_grant' },
    });
  });
});

describe('revoke', () => {
  const basic = (client: string) =>
    `Basic ${Buffer.from(`${clientId}:${client}`).toString('base64')}`;
  const revocation = (status: number, client = secret): Exchange => ({
    expect: {
      method: 'DELETE',
      path: `/api/v3/applications/${clientId}/token`,
      json: { access_token: token },
      headers: { authorization: basic(client) },
    },
    reply: status === 204 ? { status } : { status, json: { message: 'Refused' } },
  });

  test.each([204, 404, 422])(
    'C25 given %i, when a token is revoked, then it is dead',
    async (status) => {
      const github = gitHubAt(await replay([revocation(status)]));
      await expect(github.revoke?.({ accessToken: token })).resolves.toBeUndefined();
    },
  );

  test('given a new secret that is not live yet, when a token is revoked, then the old one serves', async () => {
    const host = await replay([revocation(401, 'secret-new-0123'), revocation(204, secret)]);
    const github = gitHubAt(host, {}, ['secret-new-0123', secret]);
    await expect(github.revoke?.({ accessToken: token })).resolves.toBeUndefined();
  });

  test('given a host in trouble, when a token is revoked, then that is raised and holds no token', async () => {
    const github = gitHubAt(await replay([revocation(502)]));
    const failure = await failureOf(Promise.resolve(github.revoke?.({ accessToken: token })));
    expect(failure.code).toBe('ProviderUnavailable');
    expect(inspect(failure, { depth: 9 })).not.toContain(token);
  });

  test('C25 given a host that never answers, when the signal fires, then the attempt ends as a timeout', async () => {
    const host = await replay([{ ...revocation(204), reply: 'hang' }]);
    const attempt = Promise.resolve(gitHubAt(host).revoke?.({ accessToken: token }, host.hanging));
    expect((await failureOf(attempt)).code).toBe('ProviderTimeout');
  });
});

describe('isAlive', () => {
  const check = (status: number): Exchange => ({
    expect: {
      method: 'POST',
      path: `/api/v3/applications/${clientId}/token`,
      json: { access_token: token },
    },
    reply: { status, json: status === 200 ? { token, user: { login: 'octocat' } } : {} },
  });

  test.each([
    [200, true],
    [404, false],
  ])('given %i, when the app asks about a token, then it is alive: %s', async (status, alive) => {
    const github = gitHubAt(await replay([check(status)]));
    expect(await github.isAlive?.(token)).toBe(alive);
  });

  test.each([
    [401, 'Misconfigured'],
    [422, 'InvalidInput'],
    [503, 'ProviderUnavailable'],
  ])(
    'given %i, when the app asks about a token, then that says nothing about it: %s',
    async (status, code) => {
      const github = gitHubAt(await replay([check(status)]));
      const failure = await failureOf(Promise.resolve(github.isAlive?.(token)));
      expect(failure.code).toBe(code);
      expect(inspect(failure, { depth: 9 })).not.toContain(token);
    },
  );
});
