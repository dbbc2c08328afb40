import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '../../infra/local/listen.ts';
import { runFunction } from '../harness/functions.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { serveHttpApi } from '../harness/http-api.ts';
import { readDeployment } from '../harness/routes.ts';
import { backend, callbackUrl, connected, type Person, signedIn } from './person.ts';

/** Seconds that functions live behind the impatient HTTP API; 29 where they are deployed. */
const life = 2.5;

describe('time, from outside', () => {
  let gateway: TestGateway;
  let impatient: Service;
  let person: Person;
  let connection = '';
  beforeAll(async () => {
    gateway = await startTestGateway();
    // The same functions and routes: only the time that Lambda gives them is shorter.
    impatient = await serveHttpApi(readDeployment().routes, (target, event) =>
      runFunction({ ...target, timeout: life }, event),
    );
    person = await signedIn(gateway, 'waiting');
    connection = await connected(gateway, person, 'gitee');
    // What is loaded on first use takes none of the time measured.
    await backend(gateway, 'waiting')('GET', `/connections/${connection}/repositories`);
  });
  afterEach(() => gateway.sandbox.clearFaults());
  afterAll(async () => {
    await impatient.stop();
    await gateway.stop();
  });

  test('C46 given serverless.yml, when the functions behind the HTTP API are read, then each ends before it gives up at 30 s', () => {
    const { routes } = readDeployment();
    for (const { target } of routes) {
      expect(target.timeout).toBeLessThan(30);
      expect(target.timeout).toBeGreaterThanOrEqual(1);
    }
  });

  const unanswered = [
    ['GET', '/connections/CONNECTION/repositories'],
    ['GET', '/connections/CONNECTION/namespaces'],
    ['GET', '/connections/CONNECTION/names/free'],
  ] as const;
  test.each(unanswered)(
    'C46 given a provider that never answers, when %s %s is asked, then our own 504 comes before Lambda ends the function',
    async (method, path) => {
      gateway.sandbox.fault({ provider: 'gitee', action: 'delay', delayMs: 5_000, count: 99 });
      const answer = await backend({ ...gateway, url: impatient.url }, 'waiting')(
        method,
        path.replace('CONNECTION', connection),
      );
      expect([answer.status, answer.body?.code]).toEqual([504, 'ProviderTimeout']);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    },
  );

  test('C46 given a token endpoint that never answers, when somebody comes back from consent, then our own page says so in time', async () => {
    const callback = await callbackUrl(gateway, person, 'gitlab');
    gateway.sandbox.fault({ provider: 'gitlab', action: 'delay', delayMs: 5_000, count: 99 });
    const answer = await fetch(impatient.url + callback.pathname + callback.search, {
      redirect: 'manual',
      headers: { cookie: await person.cookie() },
    });
    expect(answer.status).toBe(504);
    expect(await answer.text()).toContain('ProviderTimeout');
  });

  test('C46 given a refresh for which too little time is left, when a token is asked for, then it does not begin and a 503 says when to ask again', async () => {
    const own = await signedIn(gateway, 'refreshing');
    const id = await connected(gateway, own, 'gitee');
    gateway.clock.advance(2 * 86_400_000);
    const before = gateway.sandbox.tokenCalls('gitee').refresh_token ?? 0;
    const call = backend({ ...gateway, url: impatient.url }, 'refreshing');
    const answer = await call('POST', `/connections/${id}/token`);
    expect([answer.status, answer.body.code]).toEqual([503, 'RefreshInProgress']);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]/);
    expect(gateway.sandbox.tokenCalls('gitee').refresh_token ?? 0).toBe(before);
    const patient = await backend(gateway, 'refreshing')('POST', `/connections/${id}/token`);
    expect([patient.status, patient.body.code]).toEqual([200, undefined]);
  });

  const requestsTo = (path: RegExp) =>
    gateway.sandbox.requests.filter((each) => each.provider === 'gitlab' && path.test(each.url));

  describe('retries', () => {
    let id = '';
    beforeAll(async () => {
      const own = await signedIn(gateway, 'retrying');
      id = await connected(gateway, own, 'gitlab');
    });

    test('C47 given a provider that is down, when repositories are listed, then it is asked three times and no more', async () => {
      gateway.sandbox.fault({ provider: 'gitlab', action: 'status', status: 503, count: 99 });
      const before = requestsTo(/./).length;
      const answer = await backend(gateway, 'retrying')('GET', `/connections/${id}/repositories`);
      expect([answer.status, answer.body.code]).toEqual([503, 'ProviderUnavailable']);
      expect(requestsTo(/./)).toHaveLength(before + 3);
    });

    test('C47 given a provider that asks for a pause, when repositories are listed, then it gets the pause and then answers', async () => {
      gateway.sandbox.fault({ provider: 'gitlab', action: 'rate-limit', retryAfter: 1 });
      const before = requestsTo(/./).length;
      const answer = await backend(gateway, 'retrying')('GET', `/connections/${id}/repositories`);
      expect(answer.status).toBe(200);
      const [first, second, third] = requestsTo(/./).slice(before);
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
      expect(third).toBeUndefined();
    });

    test('C47 given a provider whose answer is lost, when a code is redeemed, then it is not sent again', async () => {
      const own = await signedIn(gateway, 'retrying');
      gateway.sandbox.fault({
        provider: 'gitlab',
        grantType: 'authorization_code',
        action: 'reset-after',
        count: 9,
      });
      const callback = await callbackUrl(gateway, own, 'gitlab');
      const before = requestsTo(/^\/oauth\/token$/).length;
      expect((await own.step(callback.href)).status).toBe(504);
      expect(requestsTo(/^\/oauth\/token$/)).toHaveLength(before + 1);
    });
  });

  describe('after the reply', () => {
    const begun: string[] = [];
    const viaFetch = (message: unknown) => {
      const { request } = message as { request: { origin: string; path: string } }; // what this channel of undici's tells
      if (![gateway.url, impatient.url].includes(request.origin))
        begun.push(request.origin + request.path);
    };
    const viaHttp = (message: unknown) => {
      const { request } = message as { request: { host: string; path: string } }; // what this channel of node:http's tells
      begun.push(request.host + request.path);
    };
    beforeAll(async () => {
      person = await signedIn(gateway, 'watched');
      connection = await connected(gateway, person, 'gitee');
      subscribe('undici:request:create', viaFetch);
      subscribe('http.client.request.start', viaHttp);
    });
    afterAll(() => {
      unsubscribe('undici:request:create', viaFetch);
      unsubscribe('http.client.request.start', viaHttp);
    });

    test('C48 given a request to another machine, when a function sends it, then the watch of these tests sees it', async () => {
      begun.length = 0;
      await person.step(`${gateway.url}/`);
      await backend(gateway, 'watched')('GET', `/connections/${connection}/repositories`);
      expect(begun.join(' ')).toContain(gateway.sandbox.providers.gitee.apiUrl);
      expect(begun.filter((each) => each.startsWith('localhost'))).not.toEqual([]);
    });

    const replies = [
      ['GET', '/'],
      ['GET', '/connect/gitee'],
      ['GET', '/callback/gitee?state=x'],
      ['GET', '/connections'],
      ['GET', '/connections/CONNECTION'],
      ['GET', '/connections/CONNECTION/repositories'],
      ['GET', '/connections/CONNECTION/names/free'],
      ['POST', '/connections/CONNECTION/token'],
      ['POST', '/repositories'],
      ['GET', '/operations'],
      ['GET', '/operations/x'],
      ['GET', '/health'],
      ['DELETE', '/connections/CONNECTION'],
      ['DELETE', '/subjects/watched/sessions'],
      ['GET', '/subjects/watched/erasure'],
    ] as const;
    test.each(replies)(
      'C48 given %s %s, when it has been answered, then nothing more is sent anywhere',
      async (method, path) => {
        begun.length = 0;
        await fetch(gateway.url + path.replace('CONNECTION', connection), {
          method,
          redirect: 'manual',
          headers: {
            cookie: await person.cookie(),
            ...(path.startsWith('/con') || path.startsWith('/callback/')
              ? {}
              : { authorization: `Bearer ${gateway.apiKey}`, 'forgebridge-subject': 'watched' }),
            origin: gateway.url,
          },
        }).then((answer) => answer.text());
        const during = [...begun];
        await sleep(60);
        expect(begun).toEqual(during);
      },
    );

    test('C48 given a 504 because a provider never answered, when it has been sent, then nothing more is', async () => {
      const own = await signedIn(gateway, 'after');
      const id = await connected(gateway, own, 'gitee');
      gateway.sandbox.fault({ provider: 'gitee', action: 'delay', delayMs: 4_000, count: 99 });
      const call = backend({ ...gateway, url: impatient.url }, 'after');
      const answer = await call('GET', `/connections/${id}/repositories`);
      expect(answer.status).toBe(504);
      begun.length = 0;
      await sleep(1_000);
      expect(begun).toEqual([]);
    });
  });
});
