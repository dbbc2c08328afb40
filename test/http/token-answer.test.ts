import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../infra/local/sandbox/faults.ts';
import { hosts } from '../conformance/hosts.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { connect, connectionsOf, type Person, signedIn, tokenRequests } from './person.ts';
import { recordsOf } from './records.ts';

type Fault = Omit<FaultRule, 'provider' | 'grantType'>;

/** What a host answers to the code, and how the person is told. */
const answers: readonly (readonly [string, Fault, status: number, code: string])[] = [
  [
    'an error under status 200',
    { action: 'error-200', body: { error: 'invalid_grant' } },
    400,
    'StateMismatch',
  ],
  ['a page', { action: 'html' }, 502, 'ProviderProtocol'],
  ['more than 64 KB', { action: 'oversize', bytes: 65 * 1024 }, 502, 'ProviderProtocol'],
  ['more than 1 MB', { action: 'oversize', bytes: 1_200_000 }, 502, 'ProviderProtocol'],
  [
    'no token',
    { action: 'error-200', body: { token_type: 'bearer', expires_in: 7200 } },
    502,
    'ProviderProtocol',
  ],
  [
    'a token that is null',
    { action: 'error-200', body: { access_token: null, token_type: 'bearer' } },
    502,
    'ProviderProtocol',
  ],
  [
    'a token that is no text',
    { action: 'error-200', body: { access_token: { a: 1 }, token_type: 'bearer' } },
    502,
    'ProviderProtocol',
  ],
  ['a list', { action: 'error-200', body: [] }, 502, 'ProviderProtocol'],
  ['half an answer', { action: 'truncate' }, 504, 'ProviderTimeout'],
  ['nothing, the connection is cut', { action: 'reset-after' }, 504, 'ProviderTimeout'],
  ['503', { action: 'status', status: 503 }, 503, 'ProviderUnavailable'],
  ['429', { action: 'rate-limit', retryAfter: 7 }, 429, 'RateLimited'],
];

describe('bad token answers, from outside', () => {
  let gateway: TestGateway;
  let subject = '';
  let count = 0;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  beforeEach(() => {
    count += 1;
    subject = `answer-${count}`;
    gateway.sandbox.clearFaults();
  });
  afterAll(() => gateway.stop());

  describe.each(hosts)('at %s', (provider) => {
    let person: Person;
    beforeAll(async () => {
      person = await signedIn(gateway, `at-${provider}`);
    });

    test.each(answers)(
      `C16 C47 given ${provider}, when it answers a code with %s, then one request was sent, the person is told and nothing is stored`,
      async (_, fault, status, code) => {
        const before = tokenRequests(gateway, provider);
        const stored = await recordsOf(gateway, 'CONNECTION#');
        gateway.sandbox.fault({ ...fault, provider, grantType: 'authorization_code', count: 9 });
        const answer = await connect(gateway, person, provider);
        expect([answer.status, /(\w+) ·/.exec(answer.html)?.[1]]).toEqual([status, code]);
        expect(tokenRequests(gateway, provider) - before).toBe(1);
        expect(await recordsOf(gateway, 'CONNECTION#')).toEqual(stored);
        expect(await connectionsOf(gateway, person.subject)).toEqual([]);
      },
    );
  });

  test.each(['gitee', 'atomgit-v5'] as const)(
    'C16 given %s, when the person withholds a scope, then the connection records what was granted',
    async (provider) => {
      const asked = gateway.sandbox.providers[provider].scopes;
      const withheld = asked.at(-1) ?? '';
      const person = await signedIn(gateway, subject);
      const answer = await connect(gateway, person, provider, { withhold: [withheld] });
      expect(answer.status).toBe(303);
      const [{ scopes = [] }] = await connectionsOf(gateway, subject);
      expect([...scopes].sort()).toEqual(asked.filter((scope) => scope !== withheld).sort());
    },
  );

  test('C16 given gitlab, when the person withholds its only scope, then they are told and nothing is stored', async () => {
    const person = await signedIn(gateway, subject);
    const answer = await connect(gateway, person, 'gitlab', { withhold: ['api'] });
    expect(answer.status).toBe(403);
    expect(answer.html).toContain('ScopeMissing');
    expect(await connectionsOf(gateway, subject)).toEqual([]);
  });

  test('C16 given a host that does not say whose the token is, when the code is redeemed, then nothing is stored', async () => {
    const person = await signedIn(gateway, subject);
    gateway.sandbox.fault({ provider: 'gitlab', path: '*/user', action: 'html', count: 9 });
    const answer = await connect(gateway, person, 'gitlab');
    expect(answer.status).toBe(502);
    expect(await connectionsOf(gateway, subject)).toEqual([]);
  });
});
