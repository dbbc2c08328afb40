import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { followingMoves } from '../../../lib/http/moved.ts';
import { outbound } from '../../../lib/http/outbound.ts';

type Answers = Readonly<Record<string, { status: number; location?: string; json?: unknown }>>;

let stop = () => {};
afterEach(() => stop());

/** An API at `/api`, with one answer for each method and path; what was asked is kept. */
async function api(answers: Answers) {
  const asked: { line: string; authorization: string | undefined; agent: string | undefined }[] =
    [];
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    const { authorization, 'user-agent': agent } = request.headers;
    asked.push({ line, authorization, agent });
    const { status, location, json } = answers[line] ?? { status: 500 };
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(location === undefined ? {} : { location }),
    });
    response.end(json === undefined ? '' : JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stop = () => void server.close();
  // A server that listens on a port has an AddressInfo, not a pipe's name.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = outbound({
    origins: [origin, 'http://127.0.0.1:1'],
    contact: 'https://bridge.example',
    timeout: 2_000,
    maxBytes: 10_000,
    now: () => 0,
    random: () => 0,
    sleep: async () => {},
  });
  const fetch = followingMoves(send, `${origin}/api`);
  const ask = (method: string, path: string) =>
    fetch(origin + path, {
      method,
      headers: { authorization: 'Bearer token' },
      ...(method === 'PATCH' ? { body: '{}' } : {}),
    });
  return { asked, ask };
}

const there = { status: 200, json: { full_name: 'acme/new' } };

describe('a redirect within an API', () => {
  test('given a list that moved, when a later page is asked for, then that page of the new one is read', async () => {
    const { asked, ask } = await api({
      'GET /api/orgs/old/repos?page=2&per_page=50': {
        status: 301,
        location: '/api/organizations/7/repos',
      },
      'GET /api/organizations/7/repos?page=2&per_page=50': there,
      'GET /api/orgs/past/repos?page=2': {
        status: 301,
        location: '/api/organizations/8/repos?page=2&all',
      },
      'GET /api/organizations/8/repos?page=2&all': there,
    });
    await ask('GET', '/api/orgs/old/repos?page=2&per_page=50');
    await ask('GET', '/api/orgs/past/repos?page=2');
    expect(asked.map(({ line }) => line)).toEqual([
      'GET /api/orgs/old/repos?page=2&per_page=50',
      'GET /api/organizations/7/repos?page=2&per_page=50',
      'GET /api/orgs/past/repos?page=2',
      'GET /api/organizations/8/repos?page=2&all',
    ]);
  });

  test.each([301, 302, 307, 308])(
    'given %d for a read, when it is followed, then the answer is what stands there, asked for with the same token',
    async (status) => {
      const { asked, ask } = await api({
        'GET /api/old': { status, location: '/api/new' },
        'GET /api/new': there,
      });
      expect(await (await ask('GET', '/api/old')).json()).toEqual(there.json);
      expect(asked.map(({ authorization }) => authorization)).toEqual([
        'Bearer token',
        'Bearer token',
      ]);
    },
  );

  test.each([301, 307])(
    'given %d for a write, when it comes, then it is not repeated, and the new name is told',
    async (status) => {
      const { asked, ask } = await api({
        'PATCH /api/old/files/a': { status, location: '/api/repositories/7/files/a' },
        'GET /api/repositories/7': there,
      });
      await expect(ask('PATCH', '/api/old/files/a')).rejects.toMatchObject({
        code: 'NotFound',
        details: { reason: 'moved', remedy: expect.stringContaining('acme/new') },
      });
      expect(asked.map(({ line }) => line)).toEqual([
        'PATCH /api/old/files/a',
        'GET /api/repositories/7',
      ]);
    },
  );

  test('given a second redirect, when it comes, then it is refused', async () => {
    const { ask } = await api({
      'GET /api/old': { status: 301, location: '/api/new' },
      'GET /api/new': { status: 301, location: '/api/old' },
    });
    await expect(ask('GET', '/api/old')).rejects.toMatchObject({
      code: 'ProviderProtocol',
      details: { reason: 'redirect' },
    });
  });

  test.each([
    ['another origin', 'https://evil.example/api/new'],
    ['another port that may be called', 'http://127.0.0.1:1/api/new'],
    ['what is not the API', '/login'],
    ['what only begins like it', '/apis/new'],
    ['a way out of it', '/api/../login'],
    ['nowhere', ''],
  ])('given a redirect to %s, when it comes, then nothing is sent there', async (_, location) => {
    const { asked, ask } = await api({ 'GET /api/old': { status: 301, location } });
    await expect(ask('GET', '/api/old')).rejects.toMatchObject({
      code: 'ProviderProtocol',
      details: { reason: 'redirect' },
    });
    expect(asked).toHaveLength(1);
  });

  test('given a deployment, when it asks a host, then it says who it is and where to find out more', async () => {
    const { asked, ask } = await api({ 'GET /api/new': there });
    await ask('GET', '/api/new');
    expect(asked[0]?.agent).toBe('forgebridge (+https://bridge.example)');
  });
});
