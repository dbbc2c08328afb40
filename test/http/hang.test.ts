import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen, type Service } from '../../infra/local/listen.ts';
import { runFunction } from '../harness/functions.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { serveHttpApi } from '../harness/http-api.ts';
import { readDeployment } from '../harness/routes.ts';
import { backend } from './person.ts';

describe('a table that never answers', () => {
  let silent: Service;
  let asked = 0;
  let gateway: TestGateway;
  let impatient: Service;
  beforeAll(async () => {
    const server = createServer(() => {
      asked += 1;
    });
    silent = await listen(server, 0);
    gateway = await startTestGateway({
      impatient: true,
      environment: { AWS_ENDPOINT_URL_DYNAMODB: silent.url },
    });
    // The same functions and routes: only the time that Lambda gives them is 2 s instead of 29.
    impatient = await behind(2);
  });
  const behind = (timeout: number) =>
    serveHttpApi(readDeployment().routes, (target, event) =>
      runFunction({ ...target, timeout }, event),
    );
  afterAll(async () => {
    await impatient.stop();
    await gateway.stop();
    await silent.stop();
  });

  test('C46 given one request to the table, when it hangs, then it is given up and repeated within the function’s time', async () => {
    const patient = await behind(9);
    await backend({ ...gateway, url: patient.url }, 'anybody')('GET', '/connections');
    await patient.stop();
    expect(asked).toBeGreaterThan(1);
  });

  test.concurrent.each(['/connections', '/operations', '/connections/x'])(
    'C46 given GET %s, when the function would run out of time, then it answers a 504 of its own before that',
    async (path) => {
      const answer = await backend({ ...gateway, url: impatient.url }, 'anybody')('GET', path);
      expect([answer.status, answer.body?.code]).toEqual([504, 'ProviderTimeout']);
      expect(answer.body.requestId).toBeTypeOf('string');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  test.concurrent('C46 given the callback, when the function would run out of time, then the person gets a page of ours', async () => {
    const answer = await fetch(`${impatient.url}/callback/gitlab?state=x&code=y`, {
      headers: { cookie: `__Host-forgebridge=${'x'.repeat(65)}` },
    });
    expect(answer.status).toBe(504);
    expect(await answer.text()).toContain('Please try again in a moment');
  });
});
