import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hosts } from '../conformance/hosts.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { visitConsent } from '../infra/local/sandbox/visit.ts';
import {
  authorizeUrl,
  callbackUrl,
  connected,
  connectionsOf,
  signedIn,
  tokenRequests,
} from './person.ts';
import { recordsOf } from './records.ts';
import { sendRaw } from './wire.ts';

describe('the authorization code, from outside', () => {
  let gateway: TestGateway;
  let subject = '';
  let count = 0;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  beforeEach(() => {
    count += 1;
    subject = `coder-${count}`;
  });
  afterAll(() => gateway.stop());

  // The other hosts know no PKCE; there the code is bound by state and cookie alone.
  const withPkce = ['github', 'gitlab'] as const;

  test.each(withPkce)(
    "C07 given two people's codes of %s, when they are swapped, then neither is redeemed",
    async (provider) => {
      const [one, other] = [
        await signedIn(gateway, subject),
        await signedIn(gateway, `${subject}-b`),
      ];
      const first = await callbackUrl(gateway, one, provider);
      const second = await callbackUrl(gateway, other, provider, { account: 'other-user' });
      const codes = [first, second].map((url) => url.searchParams.get('code') ?? '');
      first.searchParams.set('code', codes[1] ?? '');
      second.searchParams.set('code', codes[0] ?? '');
      expect((await one.step(first.href)).status).toBe(400);
      expect((await other.step(second.href)).status).toBe(400);
      expect(await connectionsOf(gateway, subject)).toEqual([]);
      expect(await connectionsOf(gateway, `${subject}-b`)).toEqual([]);
      expect(gateway.sandbox.state(provider).tokens.filter(({ live }) => live)).toEqual([]);
    },
  );

  test.each(hosts)(
    'C07 given several flows at %s, when their verifiers are compared, then each is fresh and 256 bits long',
    async (provider) => {
      const person = await signedIn(gateway, subject);
      const before = (await recordsOf(gateway, 'FLOW#')).length;
      for (let flow = 0; flow < 3; flow += 1) await authorizeUrl(gateway, person, provider);
      const flows = await recordsOf(gateway, 'FLOW#');
      expect(flows).toHaveLength(before + 3);
      const verifiers = flows.map(({ verifier }) => String(verifier));
      expect(new Set(verifiers).size).toBe(flows.length);
      for (const verifier of verifiers) expect(verifier).toMatch(/^[\w-]{43}$/);
    },
  );

  test.each([
    '?code_challenge_method=plain',
    '?code_challenge=&code_challenge_method=',
    '?code_challenge=x&code_challenge_method=none&pkce=false',
    '?pkce=off&response_type=token',
    '?codeChallenge=&redirect_uri=https://evil.example/&state=chosen&client_id=evil&scope=',
  ])(
    'C08 given a connect with %s, when the host is asked, then it is asked with a fresh S256 challenge and with nothing of the query',
    async (query) => {
      const person = await signedIn(gateway, subject);
      for (const provider of withPkce) {
        const plain = new URL(await authorizeUrl(gateway, person, provider));
        const asked = new URL(await authorizeUrl(gateway, person, provider, query));
        expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
        expect(asked.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
        for (const fresh of ['state', 'code_challenge']) {
          expect(asked.searchParams.get(fresh)).not.toBe(plain.searchParams.get(fresh));
          asked.searchParams.delete(fresh);
          plain.searchParams.delete(fresh);
        }
        expect(asked.href).toBe(plain.href);
      }
    },
  );

  test('C08 given a code without its challenge, when the callback comes, then the verifier is sent all the same and the host refuses', async () => {
    const person = await signedIn(gateway, subject);
    const consentPage = new URL(await authorizeUrl(gateway, person, 'gitlab'));
    const other = new URL(await authorizeUrl(gateway, person, 'gitlab'));
    other.searchParams.set('state', consentPage.searchParams.get('state') ?? '');
    expect((await person.step((await visitConsent(other.href)).href)).status).toBe(400);
    expect(await connectionsOf(gateway, subject)).toEqual([]);
  });

  const hostile = [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '1' },
    { forwarded: 'host=evil.example;proto=https' },
    { host: 'evil.example', 'x-original-url': '/evil', 'x-rewrite-url': '/evil' },
    { 'x-forwarded-prefix': '//evil.example', origin: 'https://evil.example' },
  ];

  test.each(hostile)(
    'C09 given the headers %j, when somebody connects, then redirect_uri is the configured one and the way back is ours',
    async (headers) => {
      const person = await signedIn(gateway, subject);
      const cookie = await person.cookie();
      const send = (path: string) =>
        sendRaw(gateway.url, { path, headers: { ...headers, cookie } });
      for (const provider of hosts) {
        const asked = await send(`/connect/${provider}`);
        const url = new URL(String(asked.headers.location));
        expect(url.searchParams.get('redirect_uri')).toBe(`${gateway.url}/callback/${provider}`);
        const callback = await visitConsent(url.href);
        // The sandbox refuses a code whose redirect_uri differs in a single byte from the first one.
        const answer = await send(callback.pathname + callback.search);
        expect(answer.status).toBe(303);
        expect(String(answer.headers.location)).toMatch(new RegExp(`^${gateway.url}/\\?`));
      }
    },
  );

  test.each(hostile)(
    'C09 given the headers %j and no session, when the page is opened, then nothing of the answer names the foreign host',
    async (headers) => {
      for (const path of ['/', '/new', '/connect/gitlab', '/callback/gitlab?state=x', '/health']) {
        const answer = await sendRaw(gateway.url, { path, headers });
        expect(JSON.stringify(answer)).not.toContain('evil');
      }
    },
  );

  test.each(hosts)(
    'C12 given a connect at %s, tokens handed out, refreshed and revoked, when every URL that reached the host is searched, then none holds a token, a verifier or a secret',
    async (provider) => {
      const person = await signedIn(gateway, subject);
      await authorizeUrl(gateway, person, provider);
      const verifiers = (await recordsOf(gateway, 'FLOW#')).map(({ verifier }) => String(verifier));
      const id = await connected(gateway, person, provider);
      const headers = {
        authorization: `Bearer ${gateway.apiKey}`,
        'forgebridge-subject': subject,
      };
      const ask = (method: string, path = '') =>
        fetch(`${gateway.url}/connections/${id}${path}`, { method, headers });
      expect((await ask('GET', '/repositories')).status).toBe(200);
      gateway.clock.advance(30 * 24 * 3_600_000);
      expect([200, 409]).toContain((await ask('POST', '/token')).status);
      expect((await ask('DELETE')).status).toBe(204);

      const { tokens, codes } = gateway.sandbox.state(provider);
      const { clientSecret } = gateway.sandbox.providers[provider];
      const secret = [...tokens.map(({ value }) => value), ...codes, ...verifiers, clientSecret];
      expect(secret.length).toBeGreaterThan(4);
      expect(tokenRequests(gateway, provider)).toBeGreaterThan(0);
      const urls = gateway.sandbox.requests.map(({ url }) => decodeURIComponent(url)).join('\n');
      for (const value of secret) expect(urls).not.toContain(value);
      expect(urls).not.toMatch(/client_secret|code_verifier|access_token=|refresh_token/);
    },
  );
});
