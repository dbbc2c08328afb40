import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import {
  authorizationCodeGrant,
  expiry,
  refreshTokenGrant,
  type TokenEndpoint,
} from '../../../lib/oauth/grant.ts';
import { type Exchange, type Replay, replay } from '../../harness/replay.ts';

const now = 1_607_635_750_000;
const redirectUri = 'https://bridge.example/callback/host';
const exchange = { code: 'code-0123456789', redirectUri, codeVerifier: 'verifier-0123456789' };
const refreshToken = 'refresh-0123456789';

const codeForm = (secret = 'secret-new-0123') => ({
  grant_type: 'authorization_code',
  code: exchange.code,
  redirect_uri: redirectUri,
  code_verifier: exchange.codeVerifier,
  client_id: 'app-1',
  client_secret: secret,
});
const refreshForm = (secret = 'secret-new-0123') => ({
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
  redirect_uri: redirectUri,
  client_id: 'app-1',
  client_secret: secret,
});

const answer = (reply: Exchange['reply'], form: Record<string, string> = refreshForm()) =>
  ({ expect: { method: 'POST', path: '/oauth/token', form }, reply }) satisfies Exchange;

const endpointOf = (host: Replay, secrets = ['secret-new-0123']): TokenEndpoint => ({
  url: `${host.origin}/oauth/token`,
  clientId: 'app-1',
  clientSecrets: async () => secrets,
  fetch: host.fetch,
  now: () => now,
});

const refresh = (endpoint: TokenEndpoint, signal = new AbortController().signal) =>
  refreshTokenGrant(endpoint, { refreshToken, redirectUri, signal });

async function failureOf(work: Promise<unknown>): Promise<ForgebridgeError> {
  const error = await work.then(
    () => undefined,
    (raised: unknown) => raised,
  );
  if (!(error instanceof ForgebridgeError)) throw new Error(`not ours: ${inspect(error)}`);
  return error;
}

async function refreshFailure(reply: Exchange['reply']) {
  const host = await replay([answer(reply)]);
  return failureOf(refresh(endpointOf(host)));
}

const tokens = { access_token: 'access-0123456789', token_type: 'bearer' };

describe('a token that is handed out', () => {
  test('given a code, when it is redeemed, then verifier, redirect URI and client go in the form', async () => {
    const host = await replay([answer({ status: 200, json: tokens }, codeForm())]);
    const got = await authorizationCodeGrant(endpointOf(host), exchange);
    expect(got).toEqual({ accessToken: 'access-0123456789' });
  });

  test('given created_at a moment ago, when tokens come, then their life is counted from there', async () => {
    const json = { ...tokens, expires_in: 7200, created_at: 1_607_635_748, refresh_token: 'r-2' };
    const host = await replay([answer({ status: 200, json })]);
    const got = await refresh(endpointOf(host));
    expect(got.expiresAt).toBe((1_607_635_748 + 7200) * 1000);
    expect(got.refreshToken).toBe('r-2');
  });

  test.each([
    ['long ago', 1_600_000_000],
    ['in the future', 1_607_640_000],
    ['a date as text', '2020-12-10T21:29:08Z'],
  ])(
    'given created_at %s, when tokens come, then their life is counted from now',
    async (_, created_at) => {
      const json = { ...tokens, expires_in: '7200', created_at };
      const host = await replay([answer({ status: 200, json })]);
      expect((await refresh(endpointOf(host))).expiresAt).toBe(now + 7_200_000);
    },
  );

  test('given expiries in epoch milliseconds, when tokens come, then they are taken as they are', async () => {
    const json = {
      ...tokens,
      expires_in: 1_683_403_360_758,
      refresh_token_expires_in: 1_699_000_000_000,
    };
    const host = await replay([answer({ status: 200, json })]);
    const got = await refresh(endpointOf(host));
    expect([got.expiresAt, got.refreshExpiresAt]).toEqual([1_683_403_360_758, 1_699_000_000_000]);
  });

  test.each([
    ['repo,gist', ['repo', 'gist']],
    ['api read_user', ['api', 'read_user']],
    ['', []],
  ])(
    'C16 given scope "%s", when tokens come, then the granted scopes are recorded',
    async (scope, scopes) => {
      const host = await replay([answer({ status: 200, json: { ...tokens, scope } })]);
      expect((await refresh(endpointOf(host))).scopes).toEqual(scopes);
    },
  );

  test('given an ID token and null members, when tokens come, then neither disturbs', async () => {
    const json = { ...tokens, id_token: 'not.a.jwt', expires_in: null, refresh_token: null };
    const host = await replay([answer({ status: 200, json })]);
    expect(await refresh(endpointOf(host))).toEqual({ accessToken: 'access-0123456789' });
  });
});

describe('two live client secrets', () => {
  const refused: Exchange['reply'] = {
    status: 401,
    headers: { 'www-authenticate': 'Bearer realm="Doorkeeper", error="invalid_client"' },
    json: { error: 'invalid_client' },
  };

  test('given the newest is not known yet, when a token is refreshed, then the older one serves', async () => {
    const host = await replay([
      answer(refused),
      answer({ status: 200, json: tokens }, refreshForm('secret-old-0123')),
    ]);
    const got = await refresh(endpointOf(host, ['secret-new-0123', 'secret-old-0123']));
    expect(got.accessToken).toBe('access-0123456789');
  });

  test('given both are refused, when a token is refreshed, then the deployment is to blame', async () => {
    const host = await replay([answer(refused), answer(refused, refreshForm('secret-old-0123'))]);
    const error = await failureOf(
      refresh(endpointOf(host, ['secret-new-0123', 'secret-old-0123'])),
    );
    expect(error).toMatchObject({ code: 'Misconfigured', details: { reason: 'invalid_client' } });
  });

  test('given invalid_grant, when a token is refreshed, then the second secret is not tried', async () => {
    const host = await replay([answer({ status: 400, json: { error: 'invalid_grant' } })]);
    const error = await failureOf(
      refresh(endpointOf(host, ['secret-new-0123', 'secret-old-0123'])),
    );
    expect(error.code).toBe('ReconnectRequired');
  });

  test('given none at all, when a token is refreshed, then nothing is asked', async () => {
    const error = await failureOf(refresh(endpointOf(await replay([]), [])));
    expect(error).toMatchObject({ code: 'Misconfigured', details: { reason: 'no_client_secret' } });
  });
});

describe('refusals', () => {
  test('given a spent code, when it is redeemed, then StateMismatch', async () => {
    const host = await replay([
      answer({ status: 400, json: { error: 'invalid_grant' } }, codeForm()),
    ]);
    const error = await failureOf(authorizationCodeGrant(endpointOf(host), exchange));
    expect(error).toMatchObject({ code: 'StateMismatch', details: { reason: 'code_rejected' } });
  });

  test.each<[string, number, unknown, string, string | undefined]>([
    ['a spent token', 400, { error: 'invalid_grant' }, 'ReconnectRequired', 'invalid_grant'],
    ['a refusal with 200', 200, { error: 'invalid_grant' }, 'ReconnectRequired', 'invalid_grant'],
    ['a foreign client', 400, { error: 'unauthorized_client' }, 'Misconfigured', 'invalid_client'],
    [
      'another redirect URI',
      400,
      { error: 'redirect_uri_mismatch' },
      'Misconfigured',
      'invalid_client',
    ],
    [
      'another grant type',
      400,
      { error: 'unsupported_grant_type' },
      'ProviderProtocol',
      'unsupported_grant_type',
    ],
    [
      'an error nobody knows',
      400,
      { error: 'Zorro <b>' },
      'ProviderProtocol',
      'unexpected_token_answer',
    ],
    [
      'a host in trouble',
      400,
      { error: 'temporarily_unavailable' },
      'ProviderUnavailable',
      'temporarily_unavailable',
    ],
    ['a 404', 404, { message: 'no' }, 'ProviderProtocol', 'unexpected_token_answer'],
    ['a gateway that hung up on the host', 502, '<h1>', 'ProviderTimeout', 'gateway'],
    ['a gateway that lost patience', 504, '<h1>', 'ProviderTimeout', 'gateway'],
    ['a host that is not there', 503, '<h1>', 'ProviderUnavailable', undefined],
    ['a broken host', 500, { error: 'invalid_grant' }, 'ProviderUnavailable', undefined],
    [
      'no access token',
      200,
      { token_type: 'bearer' },
      'ProviderProtocol',
      'unexpected_token_answer',
    ],
    [
      'an empty access token',
      200,
      { ...tokens, access_token: '' },
      'ProviderProtocol',
      'unexpected_token_answer',
    ],
    ['no token type', 200, { access_token: 'a' }, 'ProviderProtocol', 'unexpected_token_answer'],
    [
      'a MAC token',
      200,
      { ...tokens, token_type: 'mac' },
      'ProviderProtocol',
      'unexpected_token_answer',
    ],
    ['a list', 200, [tokens], 'ProviderProtocol', 'not_json'],
    [
      '64 KB and more',
      200,
      { ...tokens, pad: 'x'.repeat(65_536) },
      'ProviderProtocol',
      'too_large',
    ],
  ])(
    'C16 given %s, when a token is refreshed, then the code says so',
    async (_, status, json, code, reason) => {
      const error = await refreshFailure({ status, json });
      expect([error.code, error.details.reason]).toEqual([code, reason]);
    },
  );

  test('C16 given a page of HTML, when a token is refreshed, then ProviderProtocol', async () => {
    const error = await refreshFailure({ status: 200, text: '<html>Sign in</html>' });
    expect(error.code).toBe('ProviderProtocol');
  });

  test('given 429, when a token is refreshed, then the wait the host asks for is told', async () => {
    const error = await refreshFailure({
      status: 429,
      headers: { 'retry-after': '30' },
      text: 'Retry later',
    });
    expect(error).toMatchObject({ code: 'RateLimited', details: { retryAfter: 30 } });
  });

  test('given 403 at the end of a window, when a token is refreshed, then its reset is the wait', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 90) };
    const error = await refreshFailure({ status: 403, headers, json: { message: 'limit' } });
    expect(error).toMatchObject({ code: 'RateLimited', details: { retryAfter: 90 } });
  });

  test('given no answer, when the signal fires, then ProviderTimeout', async () => {
    const host = await replay([answer('hang')]);
    const error = await failureOf(refresh(endpointOf(host), host.hanging));
    expect(error.code).toBe('ProviderTimeout');
  });

  test('given a connection that breaks, when a token is refreshed, then ProviderTimeout', async () => {
    expect((await refreshFailure('cut')).code).toBe('ProviderTimeout');
  });

  test.each([
    ['wrong type', { ...tokens, refresh_token: 'refresh-canary', token_type: 'mac' }],
    ['error with tokens', { error: 'oops', access_token: 'access-canary' }],
  ])(
    'C26 given a bad answer (%s), when it is refused, then error and cause hold no secret',
    async (_, json) => {
      const error = await refreshFailure({ status: 200, json });
      const seen = inspect(error, { depth: 10, showHidden: true });
      expect(seen).not.toMatch(/canary|access-0123456789|refresh-0123456789|secret-new-0123/);
    },
  );
});

describe('expiry', () => {
  test('given seconds, when read, then they count from the moment of issue', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), (seconds) => {
        expect(expiry(seconds, now)).toBe(now + seconds * 1000);
        expect(expiry(String(seconds), now)).toBe(now + seconds * 1000);
      }),
    );
  });

  test('given a number above 10^11, when read, then it is the moment itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e11 + 1, max: 1e14 }), (moment) => {
        expect(expiry(moment, now)).toBe(moment);
      }),
    );
  });

  test('given anything else, when read, then there is no expiry', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string().filter((s) => !/^\d+$/.test(s)),
          fc.object(),
          fc.constant(null),
          fc.constant(-1),
          fc.constant(Number.NaN),
        ),
        (value) => {
          expect(expiry(value, now)).toBeUndefined();
        },
      ),
    );
  });
});
