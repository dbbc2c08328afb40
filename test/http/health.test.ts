import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, read } from './person.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const asked = async (headers: Readonly<Record<string, string>> = {}) =>
  read(await fetch(`${gateway.url}/health`, { headers }));

test('given a stranger, when health is asked for, then it says ok or incomplete and nothing else', async () => {
  expect(await asked()).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(Object.keys((await asked()).body)).toEqual(['status']);
  expect(Object.keys((await asked({ cookie: '__Host-forgebridge=x' })).body)).toEqual(['status']);
});

test('given an API key, when health is asked for, then each part is told; with one that is none it is a 401', async () => {
  const { body } = await backend(gateway, 'nobody')('GET', '/health');
  expect(body).toMatchObject({ status: 'ok', sealing: 'ready', login: 'ready' });
  expect(body.providers.length).toBeGreaterThan(3);
  const bad = await asked({ authorization: `Bearer fb_${'x'.repeat(43)}` });
  expect(bad).toMatchObject({ status: 401, body: { code: 'CallerUnauthenticated' } });
});
