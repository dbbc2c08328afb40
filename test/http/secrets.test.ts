import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { callbackUrl, connectionsOf, signedIn } from './person.ts';

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
    const health = await (await fetch(`${gateway.url}/health`)).json();
    expect(health).toMatchObject({ status: 'incomplete', sealing: 'secrets_unavailable' });
  });
});
