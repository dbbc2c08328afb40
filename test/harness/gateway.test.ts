import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostIds } from '../../infra/local/sandbox/registry.ts';
import { browser } from './browser.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

describe('the bundle in this process', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  const asSubject = (subject: string) => ({
    headers: { authorization: `Bearer ${gateway.apiKey}`, 'forgebridge-subject': subject },
  });

  test('given the sandbox and its secrets, when /health is asked, then everything is ready', async () => {
    const health = await (await fetch(`${gateway.url}/health`, asSubject('nobody'))).json();
    expect(health).toMatchObject({ status: 'ok' });
    expect(health.providers).toHaveLength(hostIds.length);
  });

  test('given a person, when they sign in at the product and consent at the host, then the product sees their connection and no token is logged', async () => {
    const person = browser();
    const login = await person.open(`${gateway.url}/connect/gitlab`);
    expect(login.url).toContain(gateway.productUrl);
    const consent = await person.submit(login, login.forms[0], { fields: { user: 'visitor' } });
    expect(consent.url).toContain(gateway.sandbox.providers.gitlab.webUrl);
    await person.submit(consent, consent.forms[0], { button: /allow|authorize/i });

    const listed = await fetch(`${gateway.url}/connections`, asSubject('visitor'));
    expect(await listed.json()).toMatchObject({ items: [{ provider: 'gitlab' }] });
    const tokens = gateway.sandbox.state('gitlab').tokens.map(({ value }) => value);
    expect(tokens.length).toBeGreaterThan(0);
    expect(gateway.logs.length).toBeGreaterThan(0);
    for (const token of tokens) expect(gateway.logs.join('\n')).not.toContain(token);
  });

  test('given a session, when the clock passes its life, then the browser is sent to sign in again', async () => {
    const person = browser();
    const login = await person.open(`${gateway.url}/connect/gitee`);
    const consent = await person.submit(login, login.forms[0], { fields: { user: 'later' } });
    expect(consent.url).toContain(gateway.sandbox.providers.gitee.webUrl);
    gateway.clock.advance(9 * 3_600_000);
    const again = await person.open(`${gateway.url}/connect/gitee`);
    expect(again.url).toContain(gateway.productUrl);
  });
});
