import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, type Person, signedIn } from './person.ts';
import { recordsOf } from './records.ts';
import { sendRaw } from './wire.ts';

describe('input, from outside', () => {
  let gateway: TestGateway;
  let person: Person;
  let call: ReturnType<typeof backend>;
  let connection = '';
  beforeAll(async () => {
    gateway = await startTestGateway();
    person = await signedIn(gateway, 'writer');
    connection = await connected(gateway, person, 'gitlab');
    call = backend(gateway, 'writer');
  });
  afterAll(() => gateway.stop());

  const key = { 'idempotency-key': 'input' };
  const asJson = { 'content-type': 'application/json' };
  const here = (path: string) => path.replace('CONNECTION', connection);

  test.each(['/sessions', '/repositories', '/connections/CONNECTION/token'])(
    'C52 given a body of 512 KB and one byte, when POST %s gets it, then it is a 413, and one byte less is read',
    async (path) => {
      const sized = (bytes: number) => `{"x":"${'a'.repeat(bytes - 8)}"}`;
      const send = (bytes: number) =>
        call('POST', here(path), { body: sized(bytes), headers: { ...key, ...asJson } });
      const [over, exact] = [await send(512 * 1024 + 1), await send(512 * 1024)];
      expect([over.status, over.body.code]).toEqual([413, 'PayloadTooLarge']);
      expect([exact.status, exact.body.code]).toEqual([400, 'InvalidInput']);
    },
  );

  test('C52 given letters of several bytes, when a body is measured, then bytes count', async () => {
    const body = `{"x":"${'仓'.repeat(180_000)}"}`;
    const answer = await call('POST', '/sessions', { body, headers: asJson });
    expect([body.length < 512 * 1024, answer.status]).toEqual([true, 413]);
  });

  test.each(['__proto__', 'constructor', 'prototype'])(
    'C53 given the key %s anywhere in a body, when it is sent, then it is a 400 and nothing is polluted',
    async (name) => {
      const inner = `"${name}":{"polluted":true}`;
      const bodies = [
        `{${inner}}`,
        `{"connection":"${connection}","name":"x","settings":{${inner}}}`,
        `{"connection":"${connection}","name":"x","variables":{"a":"b",${inner}}}`,
        `{"connection":"${connection}","name":"x","labels":{"${name}":"x"}}`,
        `{"connection":"${connection}","name":"x","files":[{"path":"a","text":"b",${inner}}]}`,
      ];
      for (const body of bodies) {
        const answer = await call('POST', '/repositories', {
          body,
          headers: { ...key, ...asJson },
        });
        expect([answer.status, answer.body.code]).toEqual([400, 'InvalidInput']);
      }
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      expect(await recordsOf(gateway, 'OPERATION#')).toEqual([]);
    },
  );

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'C53 given the path value %s, when any route gets it, then it is a 400 or 404',
    async (name) => {
      const paths = [
        `/connections/${name}`,
        `/connections/${name}/repositories`,
        `/connections/${name}/namespaces`,
        `/connections/${name}/names/x`,
        `/operations/${name}`,
      ];
      for (const path of paths) expect((await call('GET', path)).status).toBe(404);
      const pages = [`/connect/${name}`, `/sessions/${name}`, `/callback/${name}?state=x`];
      for (const path of pages) {
        expect([400, 404]).toContain((await person.step(gateway.url + path)).status);
      }
      const query = await call('GET', `/connections?${name}=x`);
      expect([query.status, query.body.code]).toEqual([400, 'InvalidInput']);
    },
  );

  test.each(['__proto__', 'constructor'])(
    'C53 given the form field %s, when it is sent, then it is a 400',
    async (name) => {
      const answer = await fetch(`${gateway.url}/new`, {
        method: 'POST',
        headers: { cookie: await person.cookie(), origin: gateway.url },
        body: new URLSearchParams({ connection, name: 'x', idempotencyKey: 'k', [name]: 'x' }),
      });
      expect(answer.status).toBe(400);
    },
  );

  test('given a body nested a hundred thousand deep, when it is sent, then it is a 400', async () => {
    const body = '['.repeat(100_000) + ']'.repeat(100_000);
    const answer = await call('POST', '/repositories', { body, headers: { ...key, ...asJson } });
    expect([answer.status, answer.body.code]).toEqual([400, 'InvalidInput']);
  });

  test.each([
    '/connections/%',
    '/connections/%00',
    '/connections/%ff',
    '/connections/..%2f..',
    '/operations/%2e%2e',
  ])('given the path %s, when it is asked for, then it is a 404', async (path) => {
    const headers = { authorization: `Bearer ${gateway.apiKey}`, 'forgebridge-subject': 'writer' };
    expect((await sendRaw(gateway.url, { path, headers })).status).toBe(404);
  });
});
