import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { visitConsent } from '../infra/local/sandbox/visit.ts';
import {
  authorizeUrl,
  backend,
  callbackUrl,
  connectionsOf,
  type Person,
  signedIn,
  tokenRequests,
  visitor,
} from './person.ts';
import { recordsOf } from './records.ts';

describe('sessions, from outside', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  /** What the product is told about a browser that is not signed in. */
  async function requestOf(person: Person) {
    const answer = await person.step(`${gateway.url}/`);
    expect(answer.status).toBe(303);
    return new URL(answer.headers.get('location') ?? '');
  }

  async function linkFor(person: Person, subject: string): Promise<string> {
    const request = (await requestOf(person)).searchParams.get('request');
    const made = await backend(gateway, subject)('POST', '/sessions', {
      json: { request, subject },
    });
    expect(made.status).toBe(201);
    return made.body.url;
  }

  test('given a browser without a session, when it opens the page, then it is sent to the login with a name that is not its cookie', async () => {
    const person = visitor(gateway, 'new');
    const login = await requestOf(person);
    expect(login.origin + login.pathname).toBe(`${gateway.productUrl}/login`);
    expect(login.searchParams.get('returnTo')).toBe('/');
    expect(login.searchParams.get('request')).toMatch(/^[\w-]{43}$/);
    const cookie = await person.cookie();
    expect(cookie).toMatch(/^__Host-forgebridge-pre=[\w-]{43}$/);
    expect(cookie).not.toContain(login.searchParams.get('request'));
  });

  test('C01 given the cookies of a session, when they are set, then they are __Host-, HttpOnly, Secure and Lax', async () => {
    const person = visitor(gateway, 'cookies');
    const before = await person.step(`${gateway.url}/`);
    const link = await linkFor(person, 'cookies');
    const opened = await person.step(link);
    const set = [...before.headers.getSetCookie(), ...opened.headers.getSetCookie()];
    expect(set).toHaveLength(4);
    for (const cookie of set) {
      expect(cookie).toMatch(
        /^__Host-forgebridge(-pre|-arrival)?=[\w-]*; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Lax$/,
      );
    }
  });

  test('C01 given many flows, when their states are compared, then each is new and has at least 128 bits', async () => {
    const person = await signedIn(gateway, 'states');
    const states = new Set<string>();
    for (let flow = 0; flow < 20; flow += 1) {
      const url = new URL(await authorizeUrl(gateway, person, 'gitlab'));
      states.add(url.searchParams.get('state') ?? '');
    }
    expect(states.size).toBe(20);
    for (const state of states) expect(state).toMatch(/^[\w-]{22,}$/);
  });

  test('C01 given a flow, when its record is read, then it holds no cookie and no state, only their hashes', async () => {
    const person = await signedIn(gateway, 'hashes');
    const state = new URL(await authorizeUrl(gateway, person, 'gitlab')).searchParams.get('state');
    const session = (await person.cookie()).split('=')[1] ?? '';
    const kept = JSON.stringify(await recordsOf(gateway, ''));
    expect(kept).not.toContain(state);
    expect(session.length).toBeGreaterThan(43);
    expect(kept).not.toContain(session);
  });

  test.each([
    ['without any cookie', async () => ''],
    ["with another browser's session", async () => (await signedIn(gateway, 'thief')).cookie()],
    [
      "with another session of the same subject's",
      async () => (await signedIn(gateway, 'owner')).cookie(),
    ],
    ['with an invented session', async () => `__Host-forgebridge=${'a'.repeat(65)}`],
  ])(
    'C01 given a callback %s, when it is opened, then it is refused and no token is asked for',
    async (_, cookieOf) => {
      const owner = await signedIn(gateway, 'owner');
      const callback = await callbackUrl(gateway, owner, 'gitlab');
      const cookie = await cookieOf();
      const before = tokenRequests(gateway, 'gitlab');
      const forged = await fetch(callback, { redirect: 'manual', headers: { cookie } });
      expect(forged.status).toBe(400);
      expect(await forged.text()).toContain('StateMismatch');
      expect(tokenRequests(gateway, 'gitlab')).toBe(before);
      expect(await connectionsOf(gateway, 'owner')).toEqual([]);
      // The one who began is not disturbed by it.
      expect((await owner.step(callback.href)).status).toBe(303);
      expect((await disconnected(owner)).status).toBe(204);
    },
  );

  /** Removes what the row above connected, so that each row begins alike. */
  async function disconnected(owner: Person) {
    const [{ id }] = await connectionsOf(gateway, owner.subject);
    return backend(gateway, owner.subject)('DELETE', `/connections/${id}`);
  }

  test("C02 given A's link, when B opens it, then B gets no session and the link is burnt", async () => {
    const attacker = visitor(gateway, 'attacker');
    const link = await linkFor(attacker, 'attacker');
    const victim = visitor(gateway, 'victim');
    await victim.step(`${gateway.url}/`);
    const opened = await victim.step(link);
    expect(opened.status).toBe(400);
    expect(opened.headers.getSetCookie()).toEqual([]);
    expect(await victim.cookie()).not.toMatch(/forgebridge=/);
    expect((await attacker.step(link)).status).toBe(400);
  });

  test("C02 given A's link, when B opens it after signing in, then B stays B and what B connects is B's", async () => {
    const attacker = visitor(gateway, 'attacker-2');
    const link = await linkFor(attacker, 'attacker-2');
    const victim = await signedIn(gateway, 'victim-2');
    expect((await victim.step(link)).status).toBe(400);
    const callback = await callbackUrl(gateway, victim, 'gitlab');
    expect((await victim.step(callback.href)).status).toBe(303);
    expect(await connectionsOf(gateway, 'attacker-2')).toEqual([]);
    expect(await connectionsOf(gateway, 'victim-2')).toHaveLength(1);
  });

  test("C02 given A's consent page, when B consents there and comes back, then nothing is exchanged and nothing stored", async () => {
    const attacker = await signedIn(gateway, 'attacker-3');
    const victim = await signedIn(gateway, 'victim-3');
    const consentPage = await authorizeUrl(gateway, attacker, 'gitlab');
    const back = await visitConsent(consentPage);
    const before = tokenRequests(gateway, 'gitlab');
    expect((await victim.step(back.href)).status).toBe(400);
    expect(tokenRequests(gateway, 'gitlab')).toBe(before);
    expect(await connectionsOf(gateway, 'attacker-3')).toEqual([]);
    expect(await connectionsOf(gateway, 'victim-3')).toEqual([]);
  });

  test("C02 given the name of A's browser, when B signs in at the product with it, then A's browser gets no session of B's", async () => {
    const attacker = visitor(gateway, 'attacker-4');
    const request = await requestOf(attacker);
    const victim = visitor(gateway, 'victim-4');
    const login = await victim.open(request.href);
    const opened = await victim.submit(login, login.forms[0], { fields: { user: 'victim-4' } });
    expect(opened.status).toBe(400);
    expect((await attacker.step(`${gateway.url}/`)).headers.get('location')).toContain('/login');
  });

  test('given a browser that is sent to the login twice, when its requests are compared, then they differ and both still work', async () => {
    const person = visitor(gateway, 'two-tabs');
    const links = [await linkFor(person, 'two-tabs'), await linkFor(person, 'two-tabs')];
    expect(new Set(links).size).toBe(2);
    for (const link of links) expect((await person.step(link)).status).toBe(303);
  });

  test('given a request that was answered, when somebody who saw it answers again, then it is refused and the first answer stands', async () => {
    const person = visitor(gateway, 'answered');
    const request = (await requestOf(person)).searchParams.get('request');
    const answer = (subject: string) =>
      backend(gateway, subject)('POST', '/sessions', { json: { request, subject } });
    const first = await answer('answered');
    expect(await answer('attacker-5')).toMatchObject({
      status: 400,
      body: { code: 'StateMismatch', reason: 'request_answered' },
    });
    expect((await person.step(first.body.url)).status).toBe(303);
    expect(await answer('attacker-5')).toMatchObject({ status: 400 });
  });

  test('given a product that says what it calls the person, when they look at their pages, then they see as whom they act', async () => {
    const person = visitor(gateway, 'labelled');
    const request = (await requestOf(person)).searchParams.get('request');
    const json = { request, subject: 'labelled', label: 'Jo <jo@example.com>' };
    const made = await backend(gateway, 'labelled')('POST', '/sessions', { json });
    await person.step(made.body.url);
    for (const path of ['/', '/new']) {
      const page = await person.step(gateway.url + path);
      expect(page.html).toContain('<b>Jo &lt;jo@example.com&gt;</b>');
    }
  });

  test('C02 given a link, when it is opened a second time or after two minutes, then it starts nothing', async () => {
    const twice = visitor(gateway, 'twice');
    const link = await linkFor(twice, 'twice');
    expect((await twice.step(link)).status).toBe(303);
    expect((await twice.step(link)).status).toBe(400);
    const late = visitor(gateway, 'late');
    const old = await linkFor(late, 'late');
    gateway.clock.advance(121_000);
    expect((await late.step(old)).status).toBe(400);
    expect(await recordsOf(gateway, 'LINK')).not.toEqual([]);
  });

  test('given a session, when the browser signs out, then its cookie opens nothing any more', async () => {
    const person = await signedIn(gateway, 'leaving');
    const cookie = await person.cookie();
    const list = () => fetch(`${gateway.url}/connections`, { headers: { cookie } });
    expect((await list()).status).toBe(200);
    const left = await fetch(`${gateway.url}/sessions/current`, {
      method: 'DELETE',
      headers: { cookie, origin: gateway.url },
    });
    expect(left.status).toBe(204);
    expect((await list()).status).toBe(401);
  });

  test('given somebody who is signed in in two browsers and has a link besides, when the product ends all sessions of that subject, then none of the three is good any more, and other people stay', async () => {
    const browsers = [await signedIn(gateway, 'everywhere'), await signedIn(gateway, 'everywhere')];
    const waiting = visitor(gateway, 'everywhere');
    const link = await linkFor(waiting, 'everywhere');
    const other = await signedIn(gateway, 'elsewhere');
    const list = async (person: Person) =>
      (await fetch(`${gateway.url}/connections`, { headers: { cookie: await person.cookie() } }))
        .status;

    const answer = await backend(gateway, 'x')('DELETE', '/subjects/everywhere/sessions');

    expect(answer.status).toBe(204);
    expect(await Promise.all(browsers.map(list))).toEqual([401, 401]);
    expect((await waiting.step(link)).status).toBe(400);
    expect(await list(other)).toBe(200);
    const again = await backend(gateway, 'x')('DELETE', '/subjects/everywhere/sessions');
    expect(again.status).toBe(204);
  });

  test('given a session, when it asks for a token from our own pages, then it is refused all the same', async () => {
    const person = await signedIn(gateway, 'reader');
    const callback = await callbackUrl(gateway, person, 'gitlab');
    await person.step(callback.href);
    const [{ id }] = await connectionsOf(gateway, 'reader');
    const asked = await fetch(`${gateway.url}/connections/${id}/token`, {
      method: 'POST',
      headers: { cookie: await person.cookie(), origin: gateway.url },
    });
    expect(asked.status).toBe(403);
  });
});
