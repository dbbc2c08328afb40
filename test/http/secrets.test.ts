import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { root } from '../../infra/local/template.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, callbackUrl, connectionsOf, signedIn } from './person.ts';

describe('a deployment whose secrets cannot be reached', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    // Nobody listens on port 9.
    const environment = { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:9' };
    gateway = await startTestGateway({ environment });
  });
  afterAll(() => gateway.stop());

  test('C58 given a consent that needs a secret, when it comes back, then it is a 503 to be tried again, and nothing is stored', async () => {
    const person = await signedIn(gateway, 'unlucky');
    const answer = await person.step((await callbackUrl(gateway, person, 'gitlab')).href);
    expect(answer.status).toBe(503);
    expect(answer.html).toContain('ProviderUnavailable');
    expect(await connectionsOf(gateway, 'unlucky')).toEqual([]);
  });

  test('C58 given what needs no secret, when it is asked for, then it is answered, and health says what is wrong', async () => {
    const { body } = await backend(gateway, 'operator')('GET', '/health');
    expect(body).toMatchObject({ status: 'incomplete', sealing: 'secrets_unavailable' });
    expect(await (await fetch(`${gateway.url}/health`)).json()).toEqual({ status: 'incomplete' });
  });
});

describe('a deployment whose providers file has a mistake', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
    // Packaging refuses it; it can have been made otherwise.
    const content = [{ id: 'gitlab', kind: 'gitlob' }];
    vi.doMock(resolve(root, 'infra/providers.yml'), () => ({ default: content }));
  });
  afterAll(() => gateway.stop());

  test('given the mistake, when health is asked for, then it is answered, and says what is wrong beside what is not', async () => {
    const answer = await backend(gateway, 'operator')('GET', '/health');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      status: 'incomplete',
      settings: 'providers_file',
      sealing: 'ready',
      login: 'ready',
      providers: [],
    });
  });

  test('given the mistake, when anything else is asked for, then the deployment is to blame, and it is told by its code', async () => {
    const answer = await fetch(`${gateway.url}/providers`, {
      headers: { authorization: `Bearer ${gateway.apiKey}`, 'forgebridge-subject': 'somebody' },
    });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ code: 'Misconfigured' });
  });
});
