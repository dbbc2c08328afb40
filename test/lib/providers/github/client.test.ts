import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import { replay } from '../../../harness/replay.ts';
import { failureOf, get, gitHubAt, now, ok, scripted, token } from './fixtures.ts';

async function refusal(reply: Exchange['reply']) {
  const github = await scripted([get('/user', reply)]);
  return failureOf(github.identify(token));
}

describe('what a refusal means', () => {
  test.each<[string, Exchange['reply'], string, string | undefined]>([
    [
      'a dead token',
      { status: 401, json: { message: 'Bad credentials' } },
      'ReconnectRequired',
      'access_token_rejected',
    ],
    [
      'no user agent',
      {
        status: 403,
        text: 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required).',
      },
      'Misconfigured',
      'user_agent_missing',
    ],
    [
      'a missing permission',
      { status: 403, json: { message: 'Resource not accessible by integration' } },
      'Forbidden',
      'not_accessible_by_integration',
    ],
    [
      'single sign-on',
      {
        status: 403,
        headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso' },
        json: { message: 'Resource protected by organization SAML enforcement.' },
      },
      'Forbidden',
      'sso_required',
    ],
    [
      'a takedown',
      { status: 451, json: { message: 'Repository access blocked' } },
      'Forbidden',
      'repository_blocked',
    ],
    ['a proxy', { status: 500, text: '<html></html>' }, 'ProviderUnavailable', undefined],
    [
      'a redirect',
      { status: 301, headers: { location: 'https://evil.example/' } },
      'ProviderProtocol',
      'redirect',
    ],
    ['a status nobody knows', { status: 418, json: {} }, 'ProviderProtocol', 'status_418'],
    ['a user without an id', ok({ login: 'octocat' }), 'ProviderProtocol', 'unexpected_body'],
    [
      'HTML with 200',
      { status: 200, text: '<html></html>' },
      'ProviderProtocol',
      'unexpected_body',
    ],
    [
      'half a JSON',
      { status: 200, headers: { 'content-type': 'application/json' }, text: '{"id":1,' },
      'ProviderProtocol',
      'unexpected_body',
    ],
    ['no answer', 'cut', 'ProviderTimeout', undefined],
  ])('given %s, when asked, then the code says so', async (_, reply, code, reason) => {
    // A cut connection is a timeout: GETs are then tried three times.
    const tries = reply === 'cut' ? 3 : 1;
    const github = await scripted(Array.from({ length: tries }, () => get('/user', reply)));
    const failure = await failureOf(github.identify(token));
    expect([failure.code, failure.details.reason]).toEqual([code, reason]);
  });

  test('given the end of the window, when asked, then its reset is the wait', async () => {
    const failure = await refusal({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 600) },
      json: { message: 'API rate limit exceeded' },
    });
    expect(failure).toMatchObject({ code: 'RateLimited', details: { retryAfter: 600 } });
  });

  test('given 429 that asks for a minute, when asked, then it is not tried again here', async () => {
    const failure = await refusal({ status: 429, headers: { 'retry-after': '60' }, json: {} });
    expect(failure).toMatchObject({ code: 'RateLimited', details: { retryAfter: 60 } });
  });
});

test('C26 given any refusal, when raised, then neither error nor cause holds the token', async () => {
  const failure = await refusal({ status: 401, json: { message: `Bad credentials ${token}` } });
  expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(token);
});

test('given any request, when sent, then it names its user agent and pins the API version', async () => {
  const host = await replay([get('/user', ok({ id: 1, login: 'octocat' }))]);
  await gitHubAt(host).identify(token);
  expect(host.requests[0]?.headers).toMatchObject({
    'user-agent': expect.stringMatching(/^forgebridge/),
    'x-github-api-version': '2022-11-28',
  });
});
