import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Exchange, replay } from '../../../harness/replay.ts';
import { failureOf, gitLabAt, redirectUri, scripted, secret, token } from './fixtures.ts';

const exchange = { code: 'code-0123456789', redirectUri, codeVerifier: 'verifier-0123456789' };
const oldRefresh = '8257e65c97202ed1726cf9571600918f3bffb2544b26e00a61df9897668c33a1';
const newRefresh = '803c1fd487fec35562c205dac93e9d8e08f9d3652a24079d704df3039df1158f';
const renewal = { refreshToken: oldRefresh, redirectUri, signal: AbortSignal.timeout(5_000) };

const tokenRequest = (form: Record<string, string>, reply: Exchange['reply']): Exchange => ({
  expect: {
    method: 'POST',
    path: '/oauth/token',
    form: { client_id: 'app-1', client_secret: secret, redirect_uri: redirectUri, ...form },
  },
  reply,
});
const redeem = (reply: Exchange['reply']) =>
  tokenRequest(
    { grant_type: 'authorization_code', code: exchange.code, code_verifier: exchange.codeVerifier },
    reply,
  );
const renew = (reply: Exchange['reply']) =>
  tokenRequest({ grant_type: 'refresh_token', refresh_token: oldRefresh }, reply);

test('given a self-managed GitLab, when it begins, then state, S256 challenge and scope are in the URL', () => {
  const gitlab = gitLabAt({ origin: 'https://git.acme.example', fetch });
  const url = new URL(
    gitlab.authorizeUrl({ state: 'state-1', redirectUri, codeChallenge: 'challenge-1' }),
  );
  expect(url.origin + url.pathname).toBe('https://git.acme.example/oauth/authorize');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'app-1',
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 'state-1',
    code_challenge: 'challenge-1',
    code_challenge_method: 'S256',
    scope: 'api',
  });
});

describe('tokens', () => {
  test('given a code, when redeemed, then the token lives two hours from created_at', async () => {
    const json = {
      access_token: token,
      token_type: 'bearer',
      expires_in: 7200,
      refresh_token: oldRefresh,
      created_at: 1607635748,
    };
    const gitlab = await scripted([redeem({ status: 200, json })], 1607635750_000);
    expect(await gitlab.exchange(exchange)).toEqual({
      accessToken: token,
      refreshToken: oldRefresh,
      expiresAt: (1607635748 + 7200) * 1000,
    });
  });

  test('given an older instance without expires_in, when redeemed, then the token does not expire', async () => {
    const json = { access_token: token, token_type: 'bearer', created_at: 1607635748 };
    const gitlab = await scripted([redeem({ status: 200, json })]);
    expect((await gitlab.exchange(exchange)).expiresAt).toBeUndefined();
  });

  test('given a refresh token, when refreshed, then the original redirect URI goes along', async () => {
    const json = {
      access_token: 'c97d1fe52119f38c7f67f0a14db68d60caa35ddc86fd12401718b649dcfa9c68',
      token_type: 'bearer',
      expires_in: 7200,
      refresh_token: newRefresh,
      created_at: 1628711391,
    };
    const gitlab = await scripted([renew({ status: 200, json })], 1628711391_500);
    expect(await gitlab.refresh(renewal)).toEqual({
      accessToken: json.access_token,
      refreshToken: newRefresh,
      expiresAt: 1628718591_000,
    });
  });

  test.each([
    [
      400,
      'invalid_grant',
      'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
      'ReconnectRequired',
      'invalid_grant',
    ],
    [
      401,
      'invalid_client',
      'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
      'Misconfigured',
      'invalid_client',
    ],
    [
      400,
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server.',
      'ProviderProtocol',
      'unsupported_grant_type',
    ],
    [
      400,
      'invalid_request',
      'Missing required parameter: grant_type.',
      'ProviderProtocol',
      'invalid_request',
    ],
  ])(
    "C35 given %i %s, when refreshed, then only invalid_grant is the user's",
    async (status, error, error_description, code, reason) => {
      const gitlab = await scripted([renew({ status, json: { error, error_description } })]);
      const failure = await failureOf(gitlab.refresh(renewal));
      expect([failure.code, failure.details.reason]).toEqual([code, reason]);
    },
  );

  test.each([
    [
      'a device code',
      {
        device_code: 'GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS',
        user_code: '0A44L90H',
        verification_uri: 'https://gitlab.example.com/oauth/device',
        expires_in: 300,
        interval: 5,
      },
    ],
    [
      'information about a token',
      {
        resource_owner_id: 1,
        scope: ['api'],
        expires_in: null,
        application: { uid: '1cb242f4' },
        created_at: 1575890427,
      },
    ],
  ])(
    'C16 given %s for an answer, when redeemed, then it is refused and not kept',
    async (_, json) => {
      const gitlab = await scripted([redeem({ status: 200, json })]);
      const failure = await failureOf(gitlab.exchange(exchange));
      expect(failure.code).toBe('ProviderProtocol');
      expect(inspect(failure, { depth: 9 })).not.toMatch(/GmRhmhcx|1cb242f4/);
    },
  );
});

describe('revoke', () => {
  const revocation = (held: string, reply: Exchange['reply'], client = secret): Exchange => ({
    expect: {
      method: 'POST',
      path: '/oauth/revoke',
      form: { client_id: 'app-1', client_secret: client, token: held },
    },
    reply,
  });
  const done = { status: 200, json: {} };

  test('C25 given both tokens, when revoked, then neither lives on', async () => {
    const gitlab = await scripted([revocation(oldRefresh, done), revocation(token, done)]);
    await gitlab.revoke({ accessToken: token, refreshToken: oldRefresh });
  });

  test('C25 given a host that never answers, when the signal fires, then the attempt ends as a timeout', async () => {
    const host = await replay([revocation(token, 'hang')]);
    const attempt = gitLabAt(host, 0).revoke({ accessToken: token }, host.hanging);
    expect((await failureOf(Promise.resolve(attempt))).code).toBe('ProviderTimeout');
  });

  test('given a new secret that is not live yet, when revoked, then the old one serves', async () => {
    const host = await replay([
      revocation(token, { status: 401, json: { error: 'invalid_client' } }, 'secret-new-0123'),
      revocation(token, done),
    ]);
    await gitLabAt(host, 0, ['secret-new-0123', secret]).revoke({ accessToken: token });
  });

  test.each([
    [401, { error: 'invalid_client' }, 'Misconfigured'],
    [403, { error: 'unauthorized_client' }, 'Misconfigured'],
    [503, {}, 'ProviderUnavailable'],
    [429, {}, 'RateLimited'],
    // An older host has no such address, which says nothing about the token.
    [404, { error: '404 Not Found' }, 'Unsupported'],
    [400, { error: 'unsupported_token_type' }, 'ProviderProtocol'],
    // What stands before the host knows nothing of it either.
    [404, '<h1>Not Found</h1>', 'ProviderProtocol'],
    [403, '<h1>Blocked</h1>', 'ProviderProtocol'],
    [200, '<h1>Sign in</h1>', 'ProviderProtocol'],
  ])('given %i, when revoked, then it is not taken for done', async (status, json, code) => {
    const gitlab = await scripted([revocation(token, { status, json })]);
    const failure = await failureOf(gitlab.revoke({ accessToken: token }));
    expect(failure.code).toBe(code);
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(token);
  });
});
