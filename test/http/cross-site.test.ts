import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { describedOperations } from './openapi.ts';
import { connected, connectionsOf, ended, type Person, signedIn, visitor } from './person.ts';
import { records, recordsOf } from './records.ts';

/** Every change that openapi.yaml lets a browser's session make. */
const changes = describedOperations().filter(
  ({ method, bySession }) => bySession && method !== 'GET',
);

describe('requests from other sites', () => {
  let gateway: TestGateway;
  let person: Person;
  let connection = '';
  beforeAll(async () => {
    gateway = await startTestGateway();
    person = await signedIn(gateway, 'target');
    connection = await connected(gateway, person, 'gitlab');
  });
  afterAll(() => gateway.stop());

  const form = () =>
    new URLSearchParams({
      connection,
      name: 'forged',
      visibility: 'private',
      idempotencyKey: 'forged-key',
    });

  /** Sends the change with everything right but its origin. */
  async function forge(operationId: string, method: string, path: string, origin?: string) {
    const isPage = operationId === 'submitNewRepositoryPage';
    const body = isPage ? form() : JSON.stringify({ connection, name: 'forged' });
    return fetch(gateway.url + path.replace('{connectionId}', connection).replace(/{\w+}/, 'x'), {
      method,
      redirect: 'manual',
      headers: {
        cookie: await person.cookie(),
        'idempotency-key': 'forged-key',
        ...(isPage ? {} : { 'content-type': 'application/json' }),
        ...(origin === undefined ? {} : { origin }),
      },
      ...(method === 'DELETE' ? {} : { body }),
    });
  }

  test('C61 given openapi.yaml, when the changes open to a session are listed, then the known ones are among them', () => {
    const known = changes.map(({ operationId }) => operationId);
    expect(known).toEqual(
      expect.arrayContaining([
        'submitNewRepositoryPage',
        'deleteSession',
        'deleteConnection',
        'createRepository',
        'cancelOperation',
      ]),
    );
  });

  const foreign = [
    ['another origin', 'https://evil.example'],
    ['a hidden origin', 'null'],
    ['no origin', undefined],
    ['our origin as a prefix', 'OWN.evil.example'],
    ['our host on another port', 'http://localhost:1'],
    ['our origin with a slash', 'OWN/'],
    ['two origins', 'OWN, https://evil.example'],
  ] as const;

  for (const { operationId, method, path } of changes) {
    test.each(foreign)(
      `C61 given a session's cookie and %s, when ${operationId} is forged, then it is a 403 and nothing changes`,
      async (_, origin) => {
        const before = await records(gateway);
        const answer = await forge(operationId, method, path, origin?.replace('OWN', gateway.url));
        expect(answer.status).toBe(403);
        expect(await answer.text()).toMatch(/Forbidden/);
        expect(await records(gateway)).toEqual(before);
      },
    );
  }

  test.each(['image', 'document', 'empty', 'iframe'])(
    'C61 given a cross-site %s request, when it opens /connect, then no flow begins and a page offers the way on',
    async (destination) => {
      const flows = await recordsOf(gateway, 'FLOW#');
      const answer = await fetch(`${gateway.url}/connect/gitlab`, {
        redirect: 'manual',
        headers: {
          cookie: await person.cookie(),
          'sec-fetch-site': 'cross-site',
          'sec-fetch-dest': destination,
        },
      });
      expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
      expect(await answer.text()).toContain('href="/connect/gitlab"');
      expect(await recordsOf(gateway, 'FLOW#')).toEqual(flows);
    },
  );

  test('C61 given a link to /connect on another site, when the person goes on from the page shown, then the connect begins with the return target of the link', async () => {
    const target = encodeURIComponent(`${gateway.productUrl}/done`);
    const refused = await fetch(`${gateway.url}/connect/gitlab?returnTo=${target}`, {
      headers: { cookie: await person.cookie(), 'sec-fetch-site': 'cross-site' },
    });
    const link = /href="(\/connect[^"]*)"/.exec(await refused.text())?.[1] ?? '';
    const begun = await person.step(gateway.url + link.replaceAll('&amp;', '&'));
    expect(begun.headers.get('location')).toContain(gateway.sandbox.providers.gitlab.webUrl);
    const targets = (await recordsOf(gateway, 'FLOW#')).map(({ returnTo }) => returnTo);
    expect(targets).toContain(`${gateway.productUrl}/done`);
  });

  test('given a link to /connect and no session, when the person signs in on the way, then the connect begins with the return target of the link', async () => {
    const target = encodeURIComponent(`${gateway.productUrl}/after-login`);
    const newcomer = visitor(gateway, 'newcomer');
    const login = await newcomer.open(`${gateway.url}/connect/gitlab?returnTo=${target}`);
    await newcomer.submit(login, login.forms[0], { fields: { user: 'newcomer' } });
    const targets = (await recordsOf(gateway, 'FLOW#')).map(({ returnTo }) => returnTo);
    expect(targets).toContain(`${gateway.productUrl}/after-login`);
  });

  test('C61 given the form as our page shows it, when the person sends it, then the repository is created', async () => {
    const shown = await person.open(`${gateway.url}/new`);
    const progress = await person.submit(shown, shown.forms[0], { fields: { name: 'wanted' } });
    expect(progress.status).toBe(200);
    const id = new URL(progress.url).searchParams.get('operation') ?? '';
    expect(await ended(gateway, 'target', id)).toMatchObject({ status: 'succeeded' });
  });

  test('C61 given our own page, when its buttons disconnect and sign out, then both are done', async () => {
    const headers = { cookie: await person.cookie(), origin: gateway.url };
    const send = (path: string) => fetch(gateway.url + path, { method: 'DELETE', headers });
    expect((await send(`/connections/${connection}`)).status).toBe(204);
    expect(await connectionsOf(gateway, 'target')).toEqual([]);
    expect((await send('/sessions/current')).status).toBe(204);
  });
});
