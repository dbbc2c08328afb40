import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '../harness/browser.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, ended, type Person, signedIn } from './person.ts';
import { recordsOf } from './records.ts';

describe('what was typed when somebody had to leave the form', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  const typed = {
    namespace: 'sandbox-org',
    name: 'kept-name',
    description: 'what I had in mind',
    visibility: 'public',
    ci: 'on',
  };

  /** Somebody with an account, in front of the form. */
  async function atForm(subject: string): Promise<{ person: Person; form: Page }> {
    const person = await signedIn(gateway, subject);
    await connected(gateway, person, 'gitlab');
    const form = await person.open(`${gateway.url}/new?template=templates/starter`);
    return { person, form };
  }

  /** The session ends without a word, as it does after hours. */
  async function endSession(person: Person): Promise<void> {
    const cookie = await person.cookie();
    const headers = { cookie, origin: gateway.url };
    await fetch(`${gateway.url}/sessions/current`, { method: 'DELETE', headers });
  }

  async function signInAgain(person: Person, stop: Page, user = person.subject): Promise<Page> {
    const login = await person.follow(
      stop,
      stop.links.find((link) => link.startsWith('/new')) ?? '',
    );
    return person.submit(login, login.forms[0], { fields: { user } });
  }

  test('given a session that has ended, when the form is sent, then a page of ours leads over the login back to it with everything, and sent again it is one repository', async () => {
    const { person, form } = await atForm('ended');
    await endSession(person);
    const stop = await person.submit(form, form.forms[0], { fields: typed });
    expect([stop.status, stop.html]).toEqual([200, expect.stringContaining('Sign in again')]);
    const back = await signInAgain(person, stop);
    expect(back.forms[0]?.fields).toMatchObject({ ...typed, template: 'templates/starter' });
    expect(back.forms[0]?.fields.idempotencyKey).toBe(form.forms[0]?.fields.idempotencyKey);
    const progress = await person.submit(back, back.forms[0]);
    const id = new URL(progress.url).searchParams.get('operation') ?? '';
    expect(await ended(gateway, 'ended', id)).toMatchObject({
      status: 'succeeded',
      fullName: 'sandbox-org/kept-name',
    });
  });

  test('given what was typed, when addresses and the table are looked through, then an address has template and name alone, and the table nothing of it', async () => {
    const { person, form } = await atForm('hidden');
    await endSession(person);
    const stop = await person.submit(form, form.forms[0], { fields: typed });
    await signInAgain(person, stop);
    expect(person.visited.join('\n')).not.toMatch(/sandbox-org|had%20|had\+|public/);
    const drafts = await recordsOf(gateway, 'DRAFT#');
    expect(drafts.length).toBeGreaterThan(0);
    expect(JSON.stringify(drafts)).not.toMatch(/kept-name|sandbox-org|starter|had in mind/);
  });

  test('given a form that leads to connect another account, when the person comes back, then everything is there, and the new account is chosen', async () => {
    const { person, form } = await atForm('detour');
    const stop = await person.submit(form, form.forms[0], {
      fields: { ...typed, go: 'connect/gitee' },
    });
    expect(stop.html).toContain('http-equiv="refresh"');
    const way = stop.links.find((link) => link.startsWith('/connect/gitee?')) ?? '';
    const consent = await person.follow(stop, way);
    const back = await person.submit(consent, consent.forms[0], { button: /allow/i });
    expect(back.forms[0]?.fields).toMatchObject(typed);
    const made = (await backend(gateway, 'detour')('GET', '/connections')).body.items;
    const gitee = made.find(({ provider }: { provider: string }) => provider === 'gitee');
    expect(back.forms[0]?.fields.connection).toBe(gitee.id);
  });

  test('given a refusal on the way to connect, when the person goes back, then everything is there', async () => {
    const { person, form } = await atForm('denied');
    const fields = { ...typed, go: 'connect/gitee' };
    const stop = await person.submit(form, form.forms[0], { fields });
    const way = stop.links.find((link) => link.startsWith('/connect/gitee?')) ?? '';
    const consent = await person.follow(stop, way);
    const denied = await person.submit(consent, consent.forms[0], { button: /deny/i });
    expect([denied.status, denied.html]).toEqual([
      403,
      expect.stringContaining('Nothing was stored'),
    ]);
    const back = await person.follow(
      denied,
      denied.links.find((link) => link.startsWith('/new')) ?? '',
    );
    expect(back.forms[0]?.fields).toMatchObject(typed);
  });

  test('given a session that ends at the host, when the person comes back from consent, then nothing is connected, and signed in again they find what they had begun', async () => {
    const { person, form } = await atForm('away');
    const fields = { ...typed, go: 'connect/gitee' };
    const stop = await person.submit(form, form.forms[0], { fields });
    const way = stop.links.find((link) => link.startsWith('/connect/gitee?')) ?? '';
    const consent = await person.follow(stop, way);
    await endSession(person);
    const back = await person.submit(consent, consent.forms[0], { button: /allow/i });
    expect([back.status, back.html]).toEqual([400, expect.stringContaining('Sign in again')]);
    const login = await person.follow(back, '/');
    const home = await person.submit(login, login.forms[0], { fields: { user: 'away' } });
    const begun = home.links.find((link) => link.startsWith('/new?')) ?? '';
    expect((await person.follow(home, begun)).forms[0]?.fields).toMatchObject(typed);
    expect((await backend(gateway, 'away')('GET', '/connections')).body.items).toHaveLength(1);
  });

  test('given somebody back from installing the app, when they had left the form for it, then they are in it again with everything', async () => {
    const { person, form } = await atForm('installing');
    await person.submit(form, form.forms[0], { fields: { ...typed, go: 'install/github' } });
    const back = await person.open(`${gateway.url}/callback/github?setup_action=install`);
    expect(back.html).toContain('The app is installed');
    expect(back.forms[0]?.fields).toMatchObject(typed);
  });

  test('given two people at one browser, when the second signs in, then nothing that the first typed is shown', async () => {
    const { person, form } = await atForm('first');
    await endSession(person);
    const stop = await person.submit(form, form.forms[0], { fields: typed });
    const other = await signInAgain(person, stop, 'second');
    expect(other.html).not.toContain('had in mind');
    expect((await person.open(`${gateway.url}/`)).html).not.toContain('kept-name');
  });

  test('given another browser of the same person, when it opens the same address, then nothing that was typed is there', async () => {
    const { person, form } = await atForm('two-browsers');
    const fields = { ...typed, go: 'connect/gitee' };
    await person.submit(form, form.forms[0], { fields });
    const elsewhere = await signedIn(gateway, 'two-browsers');
    const { html } = await elsewhere.open(
      `${gateway.url}/new?template=templates/starter&name=kept-name`,
    );
    expect(html).not.toContain('had in mind');
  });

  test('given something begun, when the first page is opened, then it leads back; after an hour it is gone', async () => {
    const { person, form } = await atForm('later');
    await person.submit(form, form.forms[0], { fields: { ...typed, go: 'connect/gitee' } });
    const home = await person.open(`${gateway.url}/`);
    expect(home.html).toContain('You have begun a repository');
    const back = await person.follow(
      home,
      home.links.find((link) => link.startsWith('/new?')) ?? '',
    );
    expect(back.forms[0]?.fields).toMatchObject(typed);
    gateway.clock.advance(3_601_000);
    expect((await person.open(`${gateway.url}/`)).html).not.toContain(
      'You have begun a repository',
    );
  });

  test('given more than 64 KiB in a form, when it is sent, then it is refused', async () => {
    const { person, form } = await atForm('much');
    const fields = { ...typed, description: 'x'.repeat(70_000) };
    expect((await person.submit(form, form.forms[0], { fields })).status).toBe(413);
  });

  test('given a description that is too long, when it is sent, then the form says so and keeps it', async () => {
    const { person, form } = await atForm('long');
    const fields = { ...typed, description: 'x'.repeat(400) };
    const refused = await person.submit(form, form.forms[0], { fields });
    expect([refused.status, refused.html]).toEqual([
      400,
      expect.stringContaining('Description: must be at most 350 characters long'),
    ]);
    expect(refused.forms[0]?.fields).toMatchObject(fields);
  });
});
