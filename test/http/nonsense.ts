import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lib/api/table.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { connected, type Person, signedIn } from './person.ts';
import { sendRaw } from './wire.ts';

/** Kinds of credentials below that are none. */
const strangers = 6;

/** What stands where a name, an id, a cursor or a word is expected; percent-encoded where it must be. */
const nonsense = [
  '%00',
  '%ff%fe',
  '%c0%ae%c0%ae',
  '%2e%2e%2f%2e%2e',
  '%25%32%65',
  '__proto__',
  '%0d%0aSet-Cookie:%20a=b',
  '%F0%9F%98%80',
  '%E2%80%AE',
  '%24%7Bjndi%3A%7D',
  "'%20OR%201=1--",
  '-1',
  '1e999',
  'eyJjcmVhdGVkQXQiOjFlOTk5LCJpZCI6IngifQ',
  'a'.repeat(129),
  'a'.repeat(1_025),
  'a'.repeat(3_000),
  '%41'.repeat(2_049),
  'A'.repeat(22) + 'e30'.repeat(700),
  `${'A'.repeat(22)}${Buffer.from(JSON.stringify({ createdAt: 'x', id: {} })).toString('base64url')}`,
];

const bodies = [
  '{',
  '[]',
  'null',
  '"x"',
  '{"__proto__":{"a":1}}',
  `{"connection":"${'a'.repeat(2_000)}","name":"x"}`,
  `{"request":"${'r'.repeat(43)}","subject":"${'s'.repeat(3_000)}"}`,
  `{"rejectedGeneration":1e400}`,
  `{"permissions":{"a":"${'b'.repeat(5_000)}"},"repositories":["${'c'.repeat(5_000)}"]}`,
  `${'['.repeat(20_000)}`,
  '\u0000\u0001\ud800',
  'connection=%00&name=%ff&idempotencyKey=%2e',
];

const headers: readonly Readonly<Record<string, string>>[] = [
  { 'content-type': 'application/json; charset=utf-7' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'multipart/form-data; boundary=' },
  { 'idempotency-key': 'k'.repeat(3_000), 'content-type': 'application/json' },
  { 'if-none-match': '"'.repeat(2_000) },
  { 'accept-language': ';q=,'.repeat(2_000) },
  { 'forgebridge-subject': '\u00ff\u0080' },
  { 'forgebridge-subject': 's'.repeat(3_000) },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' },
];

/** Sends to every route each `step`-th piece of nonsense, another one first at each route. */
export function sendNonsense(step: number): void {
  describe('whoever sends nonsense', () => whoSendsNonsense(step));
}

function whoSendsNonsense(step: number): void {
  let gateway: TestGateway;
  let person: Person;
  const credentials: Record<string, Readonly<Record<string, string>>> = {};
  beforeAll(async () => {
    gateway = await startTestGateway();
    person = await signedIn(gateway, 'signed-in');
    await connected(gateway, person, 'gitlab');
    Object.assign(credentials, {
      'without credentials': {},
      'with a session that is none': { cookie: `__Host-forgebridge=${'A'.repeat(65)}` },
      'with a cookie of another form': { cookie: `__Host-forgebridge=${'%00'.repeat(30)}` },
      'with a key that is none': { authorization: `Bearer fb_${'x'.repeat(43)}` },
      'with a token that is none': { authorization: `Bearer ${'e30.'.repeat(500)}` },
      'with another scheme': { authorization: `Negotiate ${'A'.repeat(3_000)}` },
      'with a session': { cookie: await person.cookie(), origin: gateway.url },
      'with a key': { authorization: `Bearer ${gateway.apiKey}`, 'forgebridge-subject': 'x' },
    });
  });
  afterAll(() => gateway.stop());

  interface Sent {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }

  let first = 0;
  function some<T>(all: readonly T[]): readonly T[] {
    first += 1;
    return all.filter((_, index) => (index + first) % step === 0);
  }

  let turn = 0;
  /**
   * Sends it with a session, with a key and, in turn, with one thing that is neither, and answers the
   * statuses; looks whether it rang somebody.
   */
  async function byEverybody(sent: Sent): Promise<readonly number[]> {
    const before = gateway.logs.length;
    const all = Object.entries(credentials);
    turn += 1;
    const senders = [...all.slice(-2), ...all.slice(turn % strangers, (turn % strangers) + 1)];
    const statuses = await Promise.all(
      senders.map(async ([who, own]) => {
        const answer = await sendRaw(gateway.url, {
          ...sent,
          headers: { ...own, ...sent.headers },
        });
        const told = `${who}: ${sent.method} ${sent.path.slice(0, 60)} ${answer.body.slice(0, 300)}`;
        expect(answer.status, told).toBeLessThan(500);
        return answer.status;
      }),
    );
    const lines = gateway.logs.slice(before).join('\n');
    expect(lines).not.toMatch(/"level":"(ERROR|CRITICAL)"|"failed":|"misconfigured":|TypeError/);
    return statuses;
  }

  const filled = (path: string) =>
    path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === 'provider' ? 'gitlab' : 'nothing'));
  const all = routes.map(({ request }) => [request.method, request.path] as const);

  test.each(all)(
    'given nonsense in the path and the query of %s %s, when anybody sends it, then it is never a 5xx, and rings nobody',
    async (method, path) => {
      // A key may erase whomever it names.
      const least = path.startsWith('/subjects') ? 200 : 300;
      for (const text of some(nonsense)) {
        for (const [parameter] of path.matchAll(/\{\w+\}/g)) {
          const bad = filled(path.replace(parameter, text));
          for (const status of await byEverybody({ method, path: bad })) {
            expect(status, bad.slice(0, 80)).toBeGreaterThanOrEqual(least);
          }
        }
        const names = ['cursor', 'state', 'code', 'error', 'setup_action', 'template', 'operation'];
        const query = names.map((name) => `${name}=${text}`).join('&');
        await byEverybody({ method, path: `${filled(path)}?${query.slice(0, 6_000)}` });
      }
    },
  );

  test.each(all)(
    'given nonsense in the headers and the body of %s %s, when anybody sends it, then it is never a 5xx, and rings nobody',
    async (method, path) => {
      for (const each of some(headers))
        await byEverybody({ method, path: filled(path), headers: each });
      if (method !== 'POST') return;
      for (const body of some(bodies)) {
        for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
          const typed = { 'content-type': type, 'idempotency-key': 'k' };
          await byEverybody({ method, path: filled(path), headers: typed, body });
        }
      }
    },
  );

  test('given a callback with any word for an error, when a browser with a session opens it, then it is a 4xx and rings nobody', async () => {
    for (const error of [...nonsense, 'server_error', 'temporarily_unavailable', 'access_denied']) {
      const path = `/callback/gitlab?state=${'s'.repeat(43)}&error=${error}&error_description=${error}`;
      for (const status of await byEverybody({ method: 'GET', path: path.slice(0, 7_000) })) {
        expect(status).toBeGreaterThanOrEqual(400);
      }
    }
  });

  test.each(['PUT', 'PATCH', 'OPTIONS', 'PROPFIND', 'DELETE', 'HEAD'])(
    'given the method %s, when any route is asked by it, then it is none, or as it is described, and rings nobody',
    async (method) => {
      for (const { request } of some(routes)) {
        const path = request.path.replaceAll(/\{\w+\}/g, 'nothing');
        await byEverybody({ method, path });
      }
    },
  );
}
