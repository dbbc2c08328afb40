import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '../harness/browser.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, connectionsOf, type Person, signedIn } from './person.ts';

describe('one form, one repository', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  async function atForm(subject: string): Promise<{ person: Person; form: Page }> {
    const person = await signedIn(gateway, subject);
    await connected(gateway, person, 'gitlab');
    return { person, form: await person.open(`${gateway.url}/new`) };
  }

  async function operationsOf(subject: string): Promise<readonly { fullName: string }[]> {
    return (await backend(gateway, subject)('GET', '/operations')).body.items;
  }

  test('given a double click, when the form arrives twice at once, then both lead to the same operation', async () => {
    const { person, form } = await atForm('double');
    const send = () => person.submit(form, form.forms[0], { fields: { name: 'double' } });
    const [one, other] = await Promise.all([send(), send()]);
    expect(one?.url).toBe(other?.url);
    expect(await operationsOf('double')).toHaveLength(1);
  });

  test('given a form that was sent, when it is sent again with another name, then the page leads to what is there and keeps the new name for a second one', async () => {
    const { person, form } = await atForm('back');
    await person.submit(form, form.forms[0], { fields: { name: 'back-1' } });
    const again = await person.submit(form, form.forms[0], { fields: { name: 'back-2' } });
    expect(again.status).toBe(422);
    expect(again.html).toContain('href="/new?operation=');
    expect(again.forms[0]?.fields.name).toBe('back-2');
    await person.submit(again, again.forms[0]);
    expect((await operationsOf('back')).map(({ fullName }) => fullName).toSorted()).toEqual([
      'sandbox-user/back-1',
      'sandbox-user/back-2',
    ]);
  });

  test('given the form in two tabs, when both are sent with one name, then the second leads to the first one’s repository', async () => {
    const { person, form } = await atForm('tabs');
    const other = await person.open(`${gateway.url}/new`);
    const fields = { name: 'tabs', template: 'templates/slow' };
    await person.submit(form, form.forms[0], { fields });
    const second = await person.submit(other, other.forms[0], { fields });
    const made = await operationsOf('tabs');
    expect(made).toHaveLength(1);
    expect(second.html).toContain('It is being created already');
  });

  test('given a page without a script, when its forms are sent, then connections are ended and the person is signed out', async () => {
    const { person } = await atForm('no-script');
    const home = await person.open(`${gateway.url}/`);
    const disconnect = home.forms.find(({ action }) => action.endsWith('/disconnect'));
    const after = await person.submit(home, disconnect);
    expect(after.url).toBe(`${gateway.url}/`);
    expect(await connectionsOf(gateway, 'no-script')).toEqual([]);
    const signOut = after.forms.find(({ action }) => action === '/sign-out');
    const out = await person.submit(after, signOut);
    expect([out.status, out.html]).toEqual([200, expect.stringContaining('You are signed out')]);
    expect((await person.open(`${gateway.url}/`)).url).toContain('/login');
  });

  test('given an operation under way, when its form to cancel is sent, then it is asked to stop', async () => {
    const { person, form } = await atForm('canceller');
    const fields = { name: 'unwanted', template: 'templates/slow' };
    const progress = await person.submit(form, form.forms[0], { fields });
    const cancel = progress.forms.find(({ buttons }) =>
      buttons.some(({ text }) => text === 'Cancel'),
    );
    await person.submit(progress, cancel);
    expect(await operationsOf('canceller')).toMatchObject([{ cancelRequested: true }]);
  });
});

describe('a product on another site', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ productHost: '127.0.0.1' });
  });
  afterAll(() => gateway.stop());

  test('C61 given no session, when the product links to a connect, then its login leads to the host without a stop', async () => {
    const person = await signedIn(gateway, 'starter');
    await person.cookies.removeAllCookies();
    const product = await person.open(`${gateway.productUrl}/`);
    const login = await person.follow(product, `${gateway.url}/connect/gitlab`);
    const consent = await person.submit(login, login.forms[0], { fields: { user: 'starter' } });
    expect(new URL(consent.url).origin).toBe(gateway.sandbox.providers.gitlab.webUrl);
    const home = await person.submit(consent, consent.forms[0], { button: /allow/i });
    expect(home.html).toContain('sandbox-user');
  });

  test('C61 given a session, when another site links to a connect, then a neutral page asks first, and goes on when the person does', async () => {
    const person = await signedIn(gateway, 'linked');
    const product = await person.open(`${gateway.productUrl}/`);
    const asked = await person.follow(product, `${gateway.url}/connect/gitlab`);
    expect([asked.status, asked.html]).toEqual([
      200,
      expect.stringMatching(/Connect your .*account/),
    ]);
    expect(asked.html).not.toContain('Forbidden');
    const consent = await person.follow(asked, '/connect/gitlab');
    expect(new URL(consent.url).origin).toBe(gateway.sandbox.providers.gitlab.webUrl);
  });

  test('C61 given the product’s handshake for one address, when another site leads to a second one, then that one asks', async () => {
    const person = await signedIn(gateway, 'misled');
    const product = await person.open(`${gateway.productUrl}/`);
    const asked = await person.follow(product, `${gateway.url}/connect/gitee`);
    expect(asked.html).toMatch(/Connect your .*account/);
  });
});
