import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { hosts } from '../conformance/hosts.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { visitConsent } from '../infra/local/sandbox/visit.ts';
import {
  authorizeUrl,
  callbackUrl,
  connect,
  connectionsOf,
  type Person,
  signedIn,
  tokenRequests,
} from './person.ts';
import { recordsOf } from './records.ts';

describe('the callback, from outside', () => {
  let gateway: TestGateway;
  let subject = '';
  let count = 0;
  /** Signs in once for many tests, of which nothing comes: signing in is most of their work. */
  let stranger: Person;
  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { githubIss: true } });
    stranger = await signedIn(gateway, 'stranger');
  });
  beforeEach(() => {
    count += 1;
    subject = `person-${count}`;
  });
  afterAll(() => gateway.stop());

  const allTokenRequests = () =>
    hosts.map((id) => tokenRequests(gateway, id)).reduce((sum, calls) => sum + calls, 0);

  test.each(hosts)(
    'C03 given one consent at %s, when 20 identical callbacks arrive at once, then exactly one token request is sent and one connection made',
    async (provider) => {
      const person = await signedIn(gateway, subject);
      const callback = await callbackUrl(gateway, person, provider);
      const before = tokenRequests(gateway, provider);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => person.step(callback.href)),
      );
      expect(tokenRequests(gateway, provider) - before).toBe(1);
      expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(400)]);
      expect(await connectionsOf(gateway, subject)).toHaveLength(1);
    },
  );

  test('C03 given a callback that was used, when it is opened again later, then it is refused', async () => {
    const person = await signedIn(gateway, subject);
    const callback = await callbackUrl(gateway, person, 'github');
    await person.step(callback.href);
    const before = allTokenRequests();
    expect((await person.step(callback.href)).status).toBe(400);
    expect(allTokenRequests()).toBe(before);
  });

  test('C04 given a state of 601 s, when its callback comes, then it is refused while the record is still there', async () => {
    const person = await signedIn(gateway, subject);
    const consentPage = await authorizeUrl(gateway, person, 'gitlab');
    gateway.clock.advance(601_000);
    const callback = await visitConsent(consentPage);
    const [before, rows] = [allTokenRequests(), (await recordsOf(gateway, 'FLOW#')).length];
    expect(rows).toBeGreaterThan(0);
    const answer = await person.step(callback.href);
    expect([answer.status, allTokenRequests() - before]).toEqual([400, 0]);
    expect(await recordsOf(gateway, 'FLOW#')).toHaveLength(rows);
    expect(await connectionsOf(gateway, subject)).toEqual([]);
  });

  test('C04 given a state of 599 s, when its callback comes, then it is taken', async () => {
    const person = await signedIn(gateway, subject);
    const consentPage = await authorizeUrl(gateway, person, 'gitlab');
    gateway.clock.advance(599_000);
    expect((await person.step((await visitConsent(consentPage)).href)).status).toBe(303);
  });

  const pairs = hosts.flatMap((from) =>
    hosts.flatMap((to) => (from === to ? [] : [[from, to] as const])),
  );
  test.each(pairs)(
    "C05 given a code of %s, when it comes to %s's callback, then neither host gets a token request",
    async (from, to) => {
      const callback = await callbackUrl(gateway, stranger, from);
      callback.pathname = `/callback/${to}`;
      const before = allTokenRequests();
      expect((await stranger.step(callback.href)).status).toBe(400);
      expect(allTokenRequests()).toBe(before);
      expect(await connectionsOf(gateway, 'stranger')).toEqual([]);
    },
  );

  const issuer = (provider: HostId) => {
    const { webUrl } = gateway.sandbox.providers[provider];
    return provider === 'github' ? `${webUrl}/login/oauth` : webUrl;
  };

  test.each([
    ['github', 'of another host', (iss: string) => [iss.replace('localhost', '127.0.0.1')]],
    ['github', 'with a slash too many', (iss: string) => [`${iss}/`]],
    ['github', 'in other letters', (iss: string) => [iss.toUpperCase()]],
    ['github', 'that is empty', () => ['']],
    ['github', 'that is there twice', (iss: string) => [iss, iss]],
    ['gitlab', 'of another host', () => ['https://evil.example']],
    ['gitlab', 'with a slash too many', (iss: string) => [`${iss}/`]],
    ['gitlab', 'that is there twice', (iss: string) => [iss, iss]],
  ] as const)(
    'C06 given a callback of %s, when it carries an iss %s, then it is refused and no token is asked for',
    async (provider, _, given) => {
      const person = await signedIn(gateway, subject);
      const callback = await callbackUrl(gateway, person, provider);
      callback.searchParams.delete('iss');
      for (const iss of given(issuer(provider))) callback.searchParams.append('iss', iss);
      const before = allTokenRequests();
      expect((await person.step(callback.href)).status).toBe(400);
      expect(allTokenRequests()).toBe(before);
      expect(await connectionsOf(gateway, subject)).toEqual([]);
    },
  );

  test.each(['github', 'gitlab'] as const)(
    'C06 given a callback of %s, when it carries exactly the issuer, then it is taken',
    async (provider) => {
      const person = await signedIn(gateway, subject);
      const callback = await callbackUrl(gateway, person, provider);
      callback.searchParams.set('iss', issuer(provider));
      expect((await person.step(callback.href)).status).toBe(303);
    },
  );

  test.each(hosts)(
    'C06 given a callback of %s, when it carries no iss and the host is not known to send one, then it is taken',
    async (provider) => {
      const person = await signedIn(gateway, subject);
      const callback = await callbackUrl(gateway, person, provider);
      callback.searchParams.delete('iss');
      expect((await person.step(callback.href)).status).toBe(303);
    },
  );

  test.each(hosts)(
    'C13 given a consent denied at %s, when the browser comes back, then it says so, stores nothing and asks for no token',
    async (provider) => {
      const before = allTokenRequests();
      const answer = await connect(gateway, stranger, provider, { decision: 'deny' });
      expect(answer.status).toBe(403);
      expect(answer.html).toContain('You did not grant access. Nothing was stored.');
      expect(allTokenRequests()).toBe(before);
      expect(await connectionsOf(gateway, 'stranger')).toEqual([]);
    },
  );

  test('C13 given an error with a script in its description, when it is shown, then nothing of it is reflected', async () => {
    const person = await signedIn(gateway, subject);
    const callback = await callbackUrl(gateway, person, 'gitlab', { decision: 'deny' });
    callback.searchParams.set('error', '<script>canary(1)</script>');
    callback.searchParams.set('error_description', '<script>canary(2)</script>');
    callback.searchParams.set('error_uri', 'https://evil.example/');
    const { status, html, headers } = await person.step(callback.href);
    expect(status).toBe(403);
    expect(html).not.toMatch(/canary|evil\.example/);
    expect(JSON.stringify([...headers])).not.toMatch(/canary|evil\.example/);
    expect(gateway.logs.join('\n')).not.toContain('canary');
  });

  test.each([
    ['an unknown state', async () => {}],
    ['no state', async (url: URL) => url.searchParams.delete('state')],
    ['no cookie', async (url: URL) => void url],
    ['a wrong iss', async (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
  ])(
    'C13 given a denial with %s, when it comes, then it is refused as forged before its error is looked at',
    async (name, forge) => {
      const person = await signedIn(gateway, subject);
      const callback = await callbackUrl(gateway, person, 'gitlab', { decision: 'deny' });
      if (name === 'an unknown state') callback.searchParams.set('state', 'x'.repeat(43));
      await forge(callback);
      const cookie = name === 'no cookie' ? '' : await person.cookie();
      const answer = await fetch(callback, { redirect: 'manual', headers: { cookie } });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('StateMismatch');
    },
  );

  test.each(['state', 'code', 'error', 'iss', 'error_description'])(
    'C14 given a callback whose %s is there twice, when it comes, then it is a 400 and the flow is not spent',
    async (name) => {
      const person = await signedIn(gateway, subject);
      const callback = await callbackUrl(gateway, person, 'gitlab');
      const good = callback.href;
      const value = callback.searchParams.get(name) ?? 'x';
      callback.searchParams.set(name, value);
      callback.searchParams.append(name, value);
      const before = allTokenRequests();
      expect((await person.step(callback.href)).status).toBe(400);
      expect(allTokenRequests()).toBe(before);
      expect((await person.step(good)).status).toBe(303);
    },
  );

  test('C15 given a connection, when it is to be renewed and another account answers, then it stays as it is and the new tokens are revoked', async () => {
    const person = await signedIn(gateway, subject);
    await connect(gateway, person, 'gitlab');
    const [before] = await connectionsOf(gateway, subject);
    const known = new Set(gateway.sandbox.state('gitlab').tokens.map(({ value }) => value));
    const answer = await connect(gateway, person, 'gitlab', {
      query: `?connection=${before.id}`,
      account: 'other-user',
    });
    expect(answer.status).toBe(403);
    expect(await connectionsOf(gateway, subject)).toEqual([before]);
    const fresh = gateway.sandbox.state('gitlab').tokens.filter(({ value }) => !known.has(value));
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh.filter(({ live }) => live)).toEqual([]);
  });

  test('C15 given a connection, when another account is connected beside it, then there are two', async () => {
    const person = await signedIn(gateway, subject);
    await connect(gateway, person, 'gitlab');
    await connect(gateway, person, 'gitlab', { account: 'other-user' });
    const logins = (await connectionsOf(gateway, subject)).map(
      (each: { account: { login: string } }) => each.account.login,
    );
    expect(logins.sort()).toEqual(['other-user', 'sandbox-user']);
  });

  test('C15 given a connection, when the same account is connected again, then it is the same one, a generation later', async () => {
    const person = await signedIn(gateway, subject);
    await connect(gateway, person, 'gitlab');
    const [before] = await connectionsOf(gateway, subject);
    await connect(gateway, person, 'gitlab', { query: `?connection=${before.id}` });
    expect(await connectionsOf(gateway, subject)).toMatchObject([
      { id: before.id, generation: before.generation + 1 },
    ]);
  });
});
