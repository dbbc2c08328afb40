import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { type Answer, type Person, read, signedIn } from './person.ts';

const front = 'f'.repeat(32);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let gateway: TestGateway;
let person: Person;
beforeAll(async () => {
  gateway = await startTestGateway();
  person = await signedIn(gateway, 'signed-in');
});
afterAll(() => gateway.stop());

/** What the tables were asked by functions since. */
const asked = (since: number) => gateway.decisions.slice(since).map(({ permission }) => permission);

async function get(path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return read(await fetch(gateway.url + path, { redirect: 'manual', headers }));
}

const unknownKey = (index: number) => ({
  authorization: `Bearer fb_${String(index).padStart(43, 'x')}`,
  'forgebridge-subject': 'x',
});

describe('a stranger without a key or a session', () => {
  test.each([
    ['a key that cannot be one', '/connections', { authorization: 'Bearer fb_short' }],
    [
      'a key with a letter too many',
      '/connections',
      { authorization: `Bearer fb_${'x'.repeat(44)}` },
    ],
    ['no credentials', '/connections', {}],
    ['another scheme', '/connections', { authorization: 'Basic eDp4' }],
    ['a cookie too short', '/connections', { cookie: `__Host-forgebridge=${'x'.repeat(64)}` }],
    ['a cookie too long', '/connections', { cookie: `__Host-forgebridge=${'x'.repeat(66)}` }],
    [
      'a cookie with dots',
      '/',
      { cookie: `__Host-forgebridge=${'x'.repeat(32)}.${'x'.repeat(32)}` },
    ],
    ['two cookies', '/', { cookie: `__Host-forgebridge=${'x'.repeat(65)}; __Host-forgebridge=y` }],
    ['a link that cannot be one', '/sessions/abc', {}],
    ['a link without its secret', `/sessions/${'x'.repeat(43)}.`, {}],
    ['a callback without a session', `/callback/gitlab?state=${'s'.repeat(43)}&code=c`, {}],
    ['a connect without a session', '/connect/gitlab', {}],
  ] as const)(
    'given %s, when it asks, then it is refused or sent to the login, and no table was asked',
    async (_, path, headers) => {
      const since = gateway.decisions.length;
      const { status } = await get(path, headers);
      expect(status).toBeGreaterThanOrEqual(300);
      expect(status).toBeLessThan(500);
      expect(asked(since)).toEqual([]);
    },
  );
});

describe('a stranger who keeps trying', () => {
  beforeEach(() => gateway.clock.advance(11_000));

  test.each([
    ['keys', '/connections', (index: number) => unknownKey(index)],
    [
      'cookies',
      '/connections',
      (index: number) => ({ cookie: `__Host-forgebridge=${String(index).padStart(65, 'x')}` }),
    ],
    [
      'cookies at a page',
      '/',
      (index: number) => ({ cookie: `__Host-forgebridge=${String(index).padStart(65, 'y')}` }),
    ],
  ] as const)(
    'given a hundred %s that are none from one address, when it asks, then some are looked up, the rest is a 429 that asks no table, and who is signed in beside it is served',
    async (_, path, headers) => {
      const own = { cookie: await person.cookie() };
      const key = { authorization: `Bearer ${gateway.apiKey}`, 'forgebridge-subject': 'x' };
      expect((await get('/connections', own)).status).toBe(200);
      expect((await get('/connections', key)).status).toBe(200);
      const since = gateway.decisions.length;
      const statuses: number[] = [];
      for (let index = 0; index < 100; index += 1) {
        statuses.push((await get(path, headers(index))).status);
      }
      expect(asked(since).length).toBeLessThan(100);
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
      expect((await get('/connections', own)).status).toBe(200);
      expect((await get('/connections', key)).status).toBe(200);
      gateway.clock.advance(11_000);
      expect((await get(path, headers(999))).status).not.toBe(429);
    },
  );
});

describe('a deployment behind a front', () => {
  let behind: TestGateway;
  beforeAll(async () => {
    behind = await startTestGateway({
      environment: { FRONT_DIGEST: `${sha256(front)}, ${sha256('g'.repeat(32))}` },
    });
  });
  afterAll(() => behind.stop());
  const ask = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
    read(await fetch(behind.url + path, { redirect: 'manual', headers }));
  const key = () => ({ authorization: `Bearer ${behind.apiKey}`, 'forgebridge-subject': 'x' });

  test.each([
    ['no word of the front', {}],
    ['a guessed one', { 'forgebridge-front': 'x'.repeat(32) }],
    ['part of it', { 'forgebridge-front': front.slice(1) }],
    ['both at once', { 'forgebridge-front': `${front}, ${'g'.repeat(32)}` }],
  ])(
    'given %s, when anything is asked past the front, then it is a 403, and no table was asked',
    async (_, headers) => {
      const since = behind.decisions.length;
      for (const path of ['/health', '/providers', '/openapi.json', '/', '/connections']) {
        const { status, text } = await ask(path, { ...key(), ...headers });
        expect(status, path).toBe(403);
        expect(text).toContain('not_through_front');
      }
      expect(behind.decisions.slice(since)).toEqual([]);
    },
  );

  test.each([front, 'g'.repeat(32)])(
    'given the front with one of its secrets, when it passes on a request, then it is served, and its viewer is the address that counts',
    async (secret) => {
      const through = { ...key(), 'forgebridge-front': secret };
      const viewer = { ...through, 'forgebridge-viewer': '198.51.100.7' };
      expect((await ask('/connections', viewer)).status).toBe(200);
      expect(behind.logs.join('\n')).toContain('"address":"198.51.100.7"');
      const lies = { ...through, 'forgebridge-viewer': 'not an address' };
      expect((await ask('/connections', lies)).status).toBe(200);
    },
  );

  test('given no front is set, when a stranger claims to be one, then its word for an address counts nothing', async () => {
    const since = gateway.logs.length;
    const headers = { 'forgebridge-front': front, 'forgebridge-viewer': '203.0.113.99' };
    await get('/health', headers);
    expect(gateway.logs.slice(since).join('\n')).not.toContain('203.0.113.99');
  });
});
