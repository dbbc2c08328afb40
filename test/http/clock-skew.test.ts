import { createServer } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen, type Service } from '../../infra/local/listen.ts';
import { outbound } from '../../lib/http/outbound.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, signedIn } from './person.ts';

describe('a clock that differs from the hosts’', () => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await startTestGateway();
    id = await connected(gateway, await signedIn(gateway, 'punctual'), 'gitlab');
  });
  afterAll(() => gateway.stop());

  const told = () => gateway.logs.filter((line) => line.includes('clock differs'));
  const counted = () => gateway.logs.filter((line) => /"clock_skew":\s*(1|\[1\])/.test(line));
  const list = () =>
    backend(gateway, 'punctual')('GET', `/connections/${id}/repositories`).then(
      ({ status }) => status,
    );

  test('given clocks that agree, when a host answers, then nothing is counted', async () => {
    expect(await list()).toBe(200);
    expect([told(), counted()]).toEqual([[], []]);
  });

  test('given one that is 40 s ahead of the host, when it answers, then that is counted, and a line names the provider and the seconds', async () => {
    gateway.clock.advance(40_000);
    expect(await list()).toBe(200);
    expect(counted().length).toBeGreaterThan(0);
    expect(counted()).toHaveLength(told().length);
    const { provider, seconds } = JSON.parse(told()[0] ?? '{}');
    expect(provider).toBe('gitlab');
    expect([-40, -41]).toContain(seconds);
  });
});

describe('the way out', () => {
  let host: Service;
  let headers: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    const server = createServer((_, response) => {
      response.sendDate = false;
      response.writeHead(200, headers).end();
    });
    host = await listen(server, 0);
  });
  afterAll(() => host.stop());

  const now = Date.UTC(2026, 0, 31, 12);
  const dated = (seconds: number) => new Date(now + seconds * 1000).toUTCString();

  /** What is said of a host that answers with these headers. */
  async function skews(given: Readonly<Record<string, string>>): Promise<readonly number[]> {
    headers = given;
    const found: number[] = [];
    const send = outbound({
      origins: [host.url],
      timeout: 2_000,
      maxBytes: 1_000,
      now: () => now,
      random: () => 0,
      sleep: async () => {},
      onSkew: (seconds) => found.push(seconds),
    });
    await send(host.url);
    return found;
  }

  test('given an answer of any date, when it comes, then more than 30 s either way are told, once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -100_000, max: 100_000 }), async (seconds) => {
        const expected = Math.abs(seconds) > 30 ? [seconds] : [];
        expect(await skews({ date: dated(seconds) })).toEqual(expected);
      }),
      { examples: [[30], [-30], [31], [-31], [0]], numRuns: 50 },
    );
  });

  test.each([
    ['no date', {}],
    ['a date that is none', { date: 'yesterday' }],
    ['an old date from a cache', { date: dated(-3600), age: '3600' }],
  ])('given an answer with %s, when it comes, then nothing is told', async (_, given) => {
    expect(await skews(given)).toEqual([]);
  });
});
