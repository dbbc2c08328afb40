import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import { access, failureOf, get, inGroup, ok, refuse, scripted, send, token } from './fixtures.ts';

async function refusal(reply: Exchange['reply']) {
  const gitlab = await scripted([get('/user', reply)]);
  return failureOf(gitlab.identify(token));
}

describe('what a refusal means', () => {
  test.each<[string, unknown]>([
    [
      'revoked',
      {
        error: 'invalid_token',
        error_description: 'Token was revoked. You have to re-authorize from the user.',
      },
    ],
    [
      'expired',
      {
        error: 'invalid_token',
        error_description: 'Token is expired. You can either do re-authorization or token refresh.',
      },
    ],
    ['unknown', { error: 'invalid_token', error_description: 'Bad Access Token.' }],
    ['missing', { message: '401 Unauthorized' }],
  ])('C37 given a token that is %s, when asked, then it was rejected', async (_, json) => {
    const failure = await refusal(refuse(401, json));
    expect(failure).toMatchObject({
      code: 'ReconnectRequired',
      details: { reason: 'access_token_rejected' },
    });
  });

  test('given 429 as plain text, when asked, then the wait is told', async () => {
    const failure = await refusal({
      status: 429,
      headers: {
        'ratelimit-limit': '60',
        'ratelimit-name': 'throttle_authenticated_api',
        'ratelimit-observed': '67',
        'ratelimit-remaining': '33',
        'ratelimit-reset': '1609844400',
        'retry-after': '30',
      },
      text: 'Retry later',
    });
    expect(failure).toMatchObject({ code: 'RateLimited', details: { retryAfter: 30 } });
  });

  test.each<[string, Exchange['reply'], string, string | undefined]>([
    [
      'too small a scope',
      refuse(403, {
        error: 'insufficient_scope',
        error_description:
          'The request requires higher privileges than provided by the access token.',
        scope: 'api',
      }),
      'ScopeMissing',
      'scope_missing',
    ],
    [
      'no permission',
      refuse(403, { message: '403 Forbidden' }),
      'Forbidden',
      'refused_by_provider',
    ],
    ['a proxy', { status: 500, text: '<html></html>' }, 'ProviderUnavailable', undefined],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://evil.example/' } },
      'ProviderProtocol',
      'redirect',
    ],
    ['a status nobody knows', refuse(418, {}), 'ProviderProtocol', 'status_418'],
    [
      'a sign-in page',
      { status: 200, text: '<html></html>' },
      'ProviderProtocol',
      'unexpected_body',
    ],
  ])('given %s, when asked, then the code says so', async (_, reply, code, reason) => {
    const failure = await refusal(reply);
    expect([failure.code, failure.details.reason]).toEqual([code, reason]);
  });
});

describe('a message in any of its shapes', () => {
  const creating = (reply: Exchange['reply']) =>
    send(
      'POST',
      '/projects',
      {
        name: 'new-site',
        path: 'new-site',
        namespace_id: 9,
        description: 'operation abc',
        visibility: 'private',
        initialize_with_readme: true,
      },
      reply,
    );

  test.each<[string, unknown]>([
    ['a map', { message: { name: ['has already been taken'], path: ['has already been taken'] } }],
    ['a list', { message: ['Name has already been taken', 'Path has already been taken'] }],
    ['a sentence', { message: 'Path has already been taken' }],
    [
      'of a project on its way out',
      { message: { base: ['The project is still being deleted. Please try again later.'] } },
    ],
  ])('given a taken name as %s, when created, then AlreadyExists', async (_, json) => {
    const gitlab = await scripted([creating(refuse(400, json))]);
    expect((await failureOf(gitlab.creation.create(access, inGroup))).code).toBe('AlreadyExists');
  });

  test.each<[string, unknown, string[] | undefined]>([
    ['a sentence', { message: '400 (Bad request) "title" not given' }, undefined],
    ['a map', { message: { bio: ['is too long (maximum is 255 characters)'] } }, ['bio']],
    ['an error', { error: 'name is missing' }, undefined],
  ])(
    'given another refusal as %s, when created, then InvalidInput names the fields',
    async (_, json, fields) => {
      const gitlab = await scripted([creating(refuse(400, json))]);
      const failure = await failureOf(gitlab.creation.create(access, inGroup));
      expect(failure.code).toBe('InvalidInput');
      expect(failure.details.fields?.map(({ field }) => field)).toEqual(fields);
    },
  );
});

test('C26 given a refusal that quotes the token, when raised, then the error does not hold it', async () => {
  const failure = await refusal(refuse(401, { message: `401 ${token}` }));
  expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(token);
});

test('given a user, when asked whose token it is, then the immutable id and the login come', async () => {
  const gitlab = await scripted([get('/user', ok({ id: 7, username: 'octo', name: 'Octo' }))]);
  expect(await gitlab.identify(token)).toEqual({ id: '7', login: 'octo', name: 'Octo' });
});
