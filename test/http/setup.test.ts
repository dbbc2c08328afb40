import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { connectionsOf, signedIn, tokenRequests } from './person.ts';

describe('back from installing the app', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  test.each([
    ['install', 'code=0123456789abcdef0123&installation_id=130018654&', 'The app is installed'],
    ['update', 'installation_id=130018654&', 'The app is installed'],
    ['request', 'installation_id=130018654&', 'owner of the organization has to approve'],
  ])(
    'given setup_action=%s without a state, when the browser comes, then nothing is redeemed, and the page says what happened and goes on',
    async (action, more, said) => {
      const person = await signedIn(gateway, `setup-${action}`);
      const before = tokenRequests(gateway, 'github');
      const back = await person.step(
        `${gateway.url}/callback/github?${more}setup_action=${action}`,
      );
      expect(back.status).toBe(303);
      const page = await person.step(new URL(back.headers.get('location') ?? '', gateway.url).href);
      expect([page.status, page.html]).toEqual([200, expect.stringContaining(said)]);
      expect(page.html).toContain('/connect/github');
      expect(tokenRequests(gateway, 'github')).toBe(before);
      expect(await connectionsOf(gateway, `setup-${action}`)).toEqual([]);
    },
  );

  test.each([
    ['install', 'The app is installed'],
    ['request', 'owner of the organization has to approve'],
  ])(
    'given a setup URL at the host, when a person chooses to %s there, then the host leads back to a page that says so',
    async (action, said) => {
      const person = await signedIn(gateway, `chose-${action}`);
      const { sandbox } = gateway;
      sandbox.setupAt('github', `${gateway.url}/callback/github`);
      const { webUrl } = sandbox.providers.github;
      const body = new URLSearchParams({ account: 'other-org', action });
      const install = `${webUrl}/github-apps/sandbox-app/installations/new`;
      const led = await fetch(install, { method: 'POST', body, redirect: 'manual' });
      const back = await person.step(led.headers.get('location') ?? '');
      expect(back.status).toBe(303);
      const page = await person.step(new URL(back.headers.get('location') ?? '', gateway.url).href);
      expect([page.status, page.html]).toEqual([200, expect.stringContaining(said)]);
    },
  );

  test('given an unknown word for it, when the browser comes, then it is the link that is not valid', async () => {
    const person = await signedIn(gateway, 'setup-other');
    const back = await person.step(`${gateway.url}/callback/github?code=abc&setup_action=other`);
    expect(back.status).toBe(400);
  });
});
