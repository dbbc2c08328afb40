import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, type Person, type Sent, signedIn } from './person.ts';

const key = { 'idempotency-key': 'input' };
const asJson = { 'content-type': 'application/json' };
/** `CONNECTION` stands for the id of a connection that is there. */
const wish = (more: object): Sent => ({
  json: { connection: 'CONNECTION', name: 'fine', ...more },
  headers: key,
});
const bearer = (token: string): Sent => ({ headers: { authorization: `Bearer ${token}` } });
const acting = (subject: string): Sent => ({ headers: { 'forgebridge-subject': subject } });
const typed = (type: string, body = '{}'): Sent => ({
  body,
  headers: { ...key, 'content-type': type },
});
const link = { request: 'r'.repeat(43), subject: 'somebody' };

/** What is wrong, the request, and the answer's status, code and field. */
const rows: readonly (readonly [string, string, Sent, string])[] = [
  [
    'an unknown key',
    'GET /connections',
    bearer(`fb_${'x'.repeat(43)}`),
    '401 CallerUnauthenticated',
  ],
  ['a malformed key', 'GET /connections', bearer('fb_x'), '401 CallerUnauthenticated'],
  ['a JWT of nobody', 'GET /connections', bearer('e.y.J'), '401 CallerUnauthenticated'],
  [
    'another scheme',
    'GET /connections',
    { headers: { authorization: 'Basic eDp4' } },
    '401 CallerUnauthenticated',
  ],
  ['no subject', 'GET /connections', acting(''), '400 InvalidInput Forgebridge-Subject'],
  ['a subject in two', 'GET /connections', acting('a b'), '400 InvalidInput Forgebridge-Subject'],
  [
    'a subject too long',
    'GET /connections',
    acting('a'.repeat(257)),
    '400 InvalidInput Forgebridge-Subject',
  ],
  ['half JSON', 'POST /repositories', typed('application/json', '{"a":'), '400 InvalidInput body'],
  ['a list', 'POST /repositories', { json: [], headers: key }, '400 InvalidInput body'],
  ['null', 'POST /repositories', { json: null, headers: key }, '400 InvalidInput body'],
  ['no body', 'POST /repositories', { headers: key }, '400 InvalidInput connection'],
  [
    'no idempotency key',
    'POST /repositories',
    { ...wish({}), headers: {} },
    '400 InvalidInput Idempotency-Key',
  ],
  ['a wrong type', 'POST /repositories', wish({ name: 7 }), '400 InvalidInput name'],
  ['an unknown field', 'POST /repositories', wish({ nmae: 'x' }), '400 InvalidInput nmae'],
  [
    'an unknown setting',
    'POST /repositories',
    wish({ settings: { x: 1 } }),
    '400 InvalidInput settings.x',
  ],
  [
    'an unknown visibility',
    'POST /repositories',
    wish({ visibility: 'secret' }),
    '400 InvalidInput visibility',
  ],
  ['a bad name', 'POST /repositories', wish({ name: '../x' }), '400 InvalidInput name'],
  ['an unknown connection', 'POST /repositories', wish({ connection: 'x' }), '404 NotFound'],
  [
    'a request that is none',
    'POST /sessions',
    { json: { ...link, request: 'x' } },
    '400 InvalidInput request',
  ],
  [
    'an unknown field',
    'POST /sessions',
    { json: { ...link, admin: true } },
    '400 InvalidInput admin',
  ],
  ['a cursor that is none', 'GET /connections?cursor=*', {}, '400 InvalidInput cursor'],
  ['a cursor that is none', 'GET /operations?cursor=*', {}, '400 InvalidInput cursor'],
  ['an unknown parameter', 'GET /connections?limit=1', {}, '400 InvalidInput limit'],
  ['a parameter twice', 'GET /connections?cursor=a&cursor=b', {}, '400 InvalidInput cursor'],
  [
    'a generation that is text',
    'POST /connections/CONNECTION/token',
    { json: { rejectedGeneration: '1' } },
    '400 InvalidInput rejectedGeneration',
  ],
  [
    'a form',
    'POST /repositories',
    typed('application/x-www-form-urlencoded', 'a=b'),
    '415 UnsupportedMediaType',
  ],
  ['no type', 'POST /sessions', typed(''), '415 UnsupportedMediaType'],
  ['JSON as text', 'POST /sessions', typed('text/plain'), '415 UnsupportedMediaType'],
  ['almost JSON', 'POST /sessions', typed('application/jsonx'), '415 UnsupportedMediaType'],
];

describe('problems, from outside', () => {
  let gateway: TestGateway;
  let person: Person;
  let connection = '';
  beforeAll(async () => {
    gateway = await startTestGateway();
    person = await signedIn(gateway, 'writer');
    connection = await connected(gateway, person, 'gitlab');
  });
  afterAll(() => gateway.stop());

  test.each(rows)(
    'C52 given %s, when %s gets it, then problem+json names the code and the field',
    async (_, route, { json, ...sent }, expected) => {
      const [method = '', path = ''] = route.split(' ');
      const text = JSON.stringify(json)?.replace('CONNECTION', connection);
      const answer = await backend(gateway, 'writer')(
        method,
        path.replace('CONNECTION', connection),
        {
          ...sent,
          ...(text === undefined ? {} : { body: text, headers: { ...asJson, ...sent.headers } }),
        },
      );
      const [status, code, field] = expected.split(' ');
      expect(answer.body).toMatchObject({ status: Number(status), code });
      expect(answer.status).toBe(Number(status));
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.body.requestId).toMatch(/^[\w-]{36}$/);
      if (field === undefined) return;
      expect(answer.body.fields).toContainEqual({ field, problem: expect.any(String) });
    },
  );

  test.each([
    ['/connect/nowhere', 404, 'NotFound'],
    ['/callback/nowhere?state=x&code=y', 400, 'StateMismatch'],
    ['/new?operation=nothing', 404, 'NotFound'],
  ])('given %s, when a person opens it, then the page says %i %s', async (path, status, code) => {
    const answer = await person.step(gateway.url + path);
    expect([answer.status, /(\w+) ·/.exec(answer.html)?.[1]]).toEqual([status, code]);
  });

  test('C52 given a form of another type, when it is sent, then it is a 415', async () => {
    const answer = await fetch(`${gateway.url}/new`, {
      method: 'POST',
      headers: { cookie: await person.cookie(), origin: gateway.url, ...asJson },
      body: '{}',
    });
    expect(answer.status).toBe(415);
  });
});
