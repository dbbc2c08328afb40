import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anyCodePoint } from '../harness/any-text.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { visitConsent } from '../infra/local/sandbox/visit.ts';
import { backend, type Person, signedIn, visitor } from './person.ts';

const hostile = [
  '//evil.example',
  '///evil.example',
  '////evil.example/%2f..',
  '/\\evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  ' //evil.example',
  ' https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  'https:\\\\evil.example',
  'http:evil.example',
  'HTTPS://evil.example',
  'https://evil.example',
  'https://evil.example/OWN',
  'https://evil.example?OWN',
  'https://evil.example#OWN',
  'OWN@evil.example',
  'OWN.evil.example',
  'OWN:@evil.example/',
  'http://localhost:80@evil.example/',
  'http://user:password@localhost/',
  'https://evil.example\\@OWNHOST',
  'https://evil.example%00OWNHOST',
  'https://evil.example%0d%0aOWNHOST',
  '/path%0d%0aSet-Cookie:a=b',
  '/path%0D%0ALocation:https://evil.example',
  '/path\r\nSet-Cookie:a=b',
  '/path\u0000',
  '/path\u0085',
  '/path\u2028x',
  '/%5cevil.example',
  '/%5C%5Cevil.example',
  'https://evil\u3002example',
  'https://evil\uff0eexample',
  'https://\u2044evil.example',
  '\u2215\u2215evil.example',
  '\uff0f\uff0fevil.example',
  'https://e\u0301vil.example',
  'javascript:alert(1)',
  'JaVaScRiPt://OWNHOST/%0aalert(1)',
  'data:text/html,x',
  'blob:OWN/x',
  'ftp://localhost/',
  'file:///etc/passwd',
  'evil.example',
  './evil',
  '../evil',
  '?a=b',
  '#a',
  'https://[::1]/',
  'http://localhost/',
  'http://localhost:1/',
  'http://127.0.0.1/',
];

describe('where browsers are sent, from outside', () => {
  let gateway: TestGateway;
  let person: Person;
  beforeAll(async () => {
    gateway = await startTestGateway();
    person = await signedIn(gateway, 'traveller');
  });
  afterAll(() => gateway.stop());

  const filled = (target: string) =>
    target.replace('OWNHOST', new URL(gateway.url).host).replace('OWN', gateway.url);
  const allowed = () => [gateway.url, gateway.productUrl];

  const connectWith = (returnTo: string) =>
    person.step(`${gateway.url}/connect/gitlab?returnTo=${encodeURIComponent(returnTo)}`);
  const sessionWith = (returnTo: string, request = 'r'.repeat(43)) =>
    backend(gateway, 'x')('POST', '/sessions', {
      json: { request, subject: 'traveller', returnTo },
    });

  test.each(hostile)(
    'C10 given the return target %j, when a connect or a session is to lead there, then it is refused',
    async (given) => {
      const target = filled(given);
      const flow = await connectWith(target);
      expect([flow.status, flow.headers.get('location')]).toEqual([400, null]);
      const session = await sessionWith(target);
      expect([session.status, session.body.code]).toEqual([400, 'InvalidInput']);
      expect(session.body.fields[0].field).toBe('returnTo');
      expect(session.text).not.toContain('evil');
    },
  );

  test.each([
    '/',
    '/new',
    '/new?template=x',
    '/x/../y',
    '/仓库/模板?名=值',
    'PRODUCT',
    'PRODUCT/done?a=b#c',
    'OWN/new',
  ])(
    'C10 given the return target %s, when a connect and a session lead there, then the browser arrives',
    async (given) => {
      const target = filled(given).replace('PRODUCT', gateway.productUrl);
      const expected = new URL(target, gateway.url);

      const flow = await connectWith(target);
      const back = await visitConsent(flow.headers.get('location') ?? '');
      const arrived = new URL((await person.step(back.href)).headers.get('location') ?? '');
      arrived.searchParams.delete('connection');
      expect(arrived.href).toBe(expected.href);

      const newcomer = visitor(gateway, 'newcomer');
      const login = await newcomer.step(`${gateway.url}/`);
      const asked = new URL(login.headers.get('location') ?? '').searchParams.get('request');
      const { body } = await sessionWith(target, asked ?? '');
      const opened = await newcomer.step(body.url);
      expect(new URL(opened.headers.get('location') ?? '').href).toBe(expected.href);
    },
  );

  test('C10 given a return target on the query twice, when a connect begins, then it is refused', async () => {
    const answer = await person.step(
      `${gateway.url}/connect/gitlab?returnTo=/&returnTo=https://evil.example`,
    );
    expect(answer.status).toBe(400);
  });

  const pieces = fc.constantFrom(
    ...[
      '/',
      '//',
      '\\',
      ':',
      '@',
      '?',
      '#',
      '.',
      '..',
      '%',
      '%2f',
      '%5c',
      '%0d',
      '%0a',
      '\t',
      '\n',
    ],
    ...['http', 'https', 'javascript', 'evil.example', 'localhost', 'OWN', 'PRODUCT', 'OWNHOST'],
    ...['\u0000', '\u00a0', '\u200b', '\u202e', '\ufeff', '\uff0f', '\u3002', '[', ']', ' ', ';'],
  );
  const target = fc.oneof(
    fc.string({ unit: anyCodePoint, maxLength: 60 }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join('')),
    fc.array(pieces, { maxLength: 6 }).map((parts) => `OWN${parts.join('')}`),
  );

  test('C10 given any return target at all, when a session is to lead there, then a browser stays on an allowed origin or is refused', async () => {
    const property = fc.asyncProperty(target, async (given) => {
      const newcomer = visitor(gateway, 'newcomer');
      const login = await newcomer.step(`${gateway.url}/`);
      const asked = new URL(login.headers.get('location') ?? '').searchParams.get('request');
      const text = filled(given).replaceAll('PRODUCT', gateway.productUrl);
      const { status, body } = await sessionWith(text, asked ?? '');
      if (status === 400) return;
      expect(status).toBe(201);
      const opened = await newcomer.step(body.url);
      const location = opened.headers.get('location') ?? '';
      expect(opened.status).toBe(303);
      // As a browser reads it: relative to the page it is on.
      expect(allowed()).toContain(new URL(location, `${gateway.url}/sessions/x`).origin);
      expect(location).toMatch(/^https?:\/\/[\x21-\x7e]+$/);
    });
    await fc.assert(property, { numRuns: 120 });
  });

  test('C10 given a hostile login return, when a browser without a session opens a page, then the login is told only a path of ours', async () => {
    for (const path of ['/?x=//evil.example', '/new?template=https://evil.example']) {
      const answer = await visitor(gateway, 'y').step(gateway.url + path);
      const login = new URL(answer.headers.get('location') ?? '');
      expect(login.origin).toBe(gateway.productUrl);
      expect(login.searchParams.get('returnTo')).toMatch(/^\/(new)?\?/);
    }
  });
});
