import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Service } from '../../infra/local/listen.ts';
import { captureOutput } from './captured-output.ts';
import { serveHttpApi } from './http-api.ts';
import type { Route } from './routes.ts';
import { matchRoute, readDeployment } from './routes.ts';

const target = { key: 'echo', handler: 'none.handler', timeout: 1 };
const routes: Route[] = [
  { method: 'GET', path: '/things/{name}', target },
  { method: 'GET', path: '/things/current', target },
  { method: 'POST', path: '/things', target },
];

describe('the HTTP API in front of functions', () => {
  let api: Service;
  let events: APIGatewayProxyEventV2[] = [];
  let result: unknown;
  const output = captureOutput();

  beforeAll(async () => {
    api = await serveHttpApi(routes, async (_, event) => {
      // Made by the gateway under test, whose form is what these tests look at.
      events.push(event as APIGatewayProxyEventV2);
      if (result instanceof Error) throw result;
      return result;
    });
  });
  beforeEach(() => {
    events = [];
    result = { statusCode: 204 };
  });
  afterAll(() => {
    output.restore();
    return api.stop();
  });

  /** With the path exactly as given, which `fetch` would clean up. */
  function send(method: string, path: string, headers: string[][] = [], body = '') {
    return new Promise<{
      status: number | undefined;
      headers: NodeJS.Dict<string | string[]>;
      body: string;
    }>((resolve, reject) => {
      const sent = request(
        `${api.url}`,
        { method, path, headers: ['Host', 'localhost', ...headers.flat()] },
        async (answer) =>
          resolve({ status: answer.statusCode, headers: answer.headers, body: await text(answer) }),
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  test('given a path parameter, when it is encoded, then the path stays as sent and the parameter is decoded', async () => {
    await send('GET', '/things/a%2Fb%20c');
    expect(events[0]).toMatchObject({
      rawPath: '/things/a%2Fb%20c',
      pathParameters: { name: 'a/b c' },
      routeKey: 'GET /things/{name}',
    });
  });

  test('given repeated query parameters, when they arrive, then the raw string is unchanged and the values are joined with commas', async () => {
    await send('GET', '/things/x?a=1&b=%20&a=2');
    expect(events[0]).toMatchObject({
      rawQueryString: 'a=1&b=%20&a=2',
      queryStringParameters: { a: '1,2', b: ' ' },
    });
  });

  test('given cookies, when they arrive, then they stand in cookies and not in the headers', async () => {
    await send('GET', '/things/x', [['Cookie', 'a=1; b=2']]);
    expect(events[0]?.cookies).toEqual(['a=1', 'b=2']);
    expect(events[0]?.headers).not.toHaveProperty('cookie');
  });

  test('given a header that comes twice, when it arrives, then its values are joined with commas under one lower-case name', async () => {
    await send('GET', '/things/x', [
      ['X-Thing', 'a'],
      ['X-THING', 'b'],
    ]);
    expect(events[0]?.headers['x-thing']).toBe('a,b');
  });

  test.each([
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('given a body of type %s, when it arrives, then base64 is %s', async (type, base64) => {
    await send('POST', '/things', [['Content-Type', type]], 'höl');
    const body = events[0]?.body ?? '';
    expect(events[0]?.isBase64Encoded).toBe(base64);
    expect(Buffer.from(body, base64 ? 'base64' : 'utf8').toString()).toBe('höl');
  });

  test('given a written-out route and one with a parameter, when both match, then the written-out one is taken', async () => {
    await send('GET', '/things/current');
    expect(events[0]?.routeKey).toBe('GET /things/current');
  });

  test.each([
    ['GET', '/nothing'],
    ['DELETE', '/things/x'],
    ['GET', '/things/x/'],
    ['GET', '/things/'],
  ])(
    'given no route for %s %s, when it is asked for, then the API itself answers 404',
    async (method, path) => {
      const answer = await send(method, path);
      expect([answer.status, answer.body, events.length]).toEqual([
        404,
        '{"message":"Not Found"}',
        0,
      ]);
    },
  );

  test('given a result with cookies and a base64 body, when it is sent, then each cookie has its own header and the bytes come', async () => {
    result = {
      statusCode: 201,
      cookies: ['a=1; Path=/', 'b=2; Path=/'],
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    };
    const answer = await fetch(`${api.url}/things/x`);
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/']);
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255]);
  });

  test.each([
    ['throws', new Error('secret detail')],
    ['answers in another form', { status: 200 }],
  ])(
    'given a function that %s, when it is called, then the API answers 500 without the reason',
    async (_, given) => {
      result = given;
      const answer = await send('GET', '/things/x');
      expect([answer.status, answer.body]).toEqual([500, '{"message":"Internal Server Error"}']);
    },
  );
});

describe('the routes of serverless.yml', () => {
  const { functions, routes: deployed } = readDeployment();

  test('given the deployment, when its routes are read, then each leads to one of its functions', () => {
    expect(deployed.length).toBeGreaterThan(15);
    for (const { target: found } of deployed) expect(functions.get(found.key)).toBe(found);
  });

  test('given a callback, when its route is looked up, then the function that takes codes serves it', () => {
    const match = matchRoute(deployed, 'GET', '/callback/github');
    expect([match?.route.target.key, match?.parameters]).toEqual([
      'getToken',
      { provider: 'github' },
    ]);
  });
});
