import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { root } from '../../infra/local/template.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { callbackUrl, connectionsOf, signedIn, tokenRequests } from './person.ts';

describe('a host that always sends iss', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { githubIss: true } });
    const providers = Object.values(gateway.sandbox.providers).map(
      ({ clientSecret: _secret, appPrivateKey: _key, ...settings }) => ({
        ...settings,
        sendsIssuer: true,
      }),
    );
    vi.doMock(resolve(root, 'infra/providers.yml'), () => ({ default: providers }));
  });
  afterAll(() => gateway.stop());

  test('C06 given its callback, when iss is missing, then it is refused and no token is asked for', async () => {
    const person = await signedIn(gateway, 'stripped');
    const callback = await callbackUrl(gateway, person, 'github');
    callback.searchParams.delete('iss');
    expect((await person.step(callback.href)).status).toBe(400);
    expect(tokenRequests(gateway, 'github')).toBe(0);
    expect(await connectionsOf(gateway, 'stripped')).toEqual([]);
  });

  test('C06 given its callback, when iss is there, then it is taken', async () => {
    const person = await signedIn(gateway, 'whole');
    const callback = await callbackUrl(gateway, person, 'github');
    expect(callback.searchParams.get('iss')).toContain('/login/oauth');
    expect((await person.step(callback.href)).status).toBe(303);
  });
});
