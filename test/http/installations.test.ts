import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { secretPrefix } from '../../infra/local/template.ts';
import { installingHosts } from '../conformance/hosts.ts';
import { browser } from '../harness/browser.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { mintsAt } from '../lib/installations/tokens-world.ts';

const minute = 60_000;
/** The sandbox's apps are installed in `sandbox-org` under 18 and at `sandbox-user` under 14. */
const installation = '18';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { installationTokenLength: 600 } });
});
afterAll(() => gateway.stop());
// What one test minted is over for the next.
beforeEach(() => {
  gateway.sandbox.clearFaults();
  gateway.clock.advance(61 * minute);
});

interface Ask {
  readonly method?: string;
  readonly authorization?: string;
  readonly cookie?: string;
  readonly body?: unknown;
}

async function ask(path: string, { method = 'GET', authorization, cookie, body }: Ask = {}) {
  const response = await fetch(gateway.url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(cookie === undefined
        ? { authorization: authorization ?? `Bearer ${gateway.apiKey}` }
        : { cookie, origin: gateway.url }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: json ? JSON.parse(text) : text,
  };
}

const askToken = (host: string, body?: unknown, id = installation) =>
  ask(`/installations/${host}/${id}/token`, {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
  });

describe.each(installingHosts)('the installations of %s', (host) => {
  test('given the app, when a person opens /install, then they are sent to its own page', async () => {
    const { webUrl, appSlug } = gateway.sandbox.providers[host];

    const sent = await browser().step(`${gateway.url}/install/${host}`);
    const page = await browser().open(`${gateway.url}/install/${host}`);

    expect(sent.status).toBe(303);
    expect(new URL(page.url).origin).toBe(webUrl);
    expect(page.html).toContain(`Install ${appSlug}`);
  });

  test('given installations, when listed, then each comes with its account and what it may do', async () => {
    const { status, body } = await ask(`/installations/${host}`);

    expect(status).toBe(200);
    expect(body.items).toContainEqual({
      id: installation,
      account: { id: expect.any(String), path: 'sandbox-org' },
      repositorySelection: 'all',
      permissions: expect.objectContaining({ contents: 'write' }),
      // AtomGit garbles the events of this one.
      events: host === 'atomgit' ? [] : ['push'],
      suspended: false,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test('given an installation, when its repositories are listed, then they are those of its account', async () => {
    const { status, body } = await ask(`/installations/${host}/${installation}/repositories`);

    expect(status).toBe(200);
    expect(body.items).toMatchObject([{ fullName: 'sandbox-org/handbook' }]);
  });

  test('given an installation, when a token is asked for twice, then it is minted once and ends in an hour, in UTC', async () => {
    const before = mintsAt(gateway.sandbox);

    const first = await askToken(host);
    const second = await askToken(host);

    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      token: expect.stringMatching(/^gh[s]_|^ats_/),
      expiresAt: expect.stringMatching(/Z$/),
      permissions: expect.objectContaining({ contents: 'write' }),
      repositorySelection: 'all',
    });
    expect(first.body.token).toHaveLength(600);
    expect(Date.parse(first.body.expiresAt) - Date.now()).toBeGreaterThan(59 * minute);
    expect(second.body).toEqual(first.body);
    expect(mintsAt(gateway.sandbox) - before).toBe(1);
  });

  test('given a token of a moment ago, when the host does not know it yet, then its repositories are listed all the same', async () => {
    const path = host === 'github' ? '/installation/repositories' : '/orgs/*';
    gateway.sandbox.fault({ provider: host, path, action: 'status', status: 401, count: 2 });

    const { status } = await ask(`/installations/${host}/${installation}/repositories`);

    expect(status).toBe(200);
  });

  test('given more installations than one page holds, when listed and used, then none is out of reach', async () => {
    const logins = Array.from({ length: 120 }, (_, index) => `org-${index}`);
    gateway.sandbox.seed(host, {
      organizations: logins.map((login) => ({ login, members: [], installed: true })),
      repositories: [{ owner: 'org-119', name: 'far-away' }],
    });

    const listed: { id: string; account: { path: string } }[] = [];
    let query = '';
    do {
      const { body } = await ask(`/installations/${host}${query}`);
      listed.push(...body.items);
      query = body.next === undefined ? '' : `?cursor=${body.next}`;
    } while (query !== '');
    const last = listed.find(({ account }) => account.path === 'org-119');
    const reached = await ask(`/installations/${host}/${last?.id}/repositories`);

    expect(new Set(listed.map(({ id }) => id)).size).toBe(122);
    expect(reached.body.items).toMatchObject([{ fullName: 'org-119/far-away' }]);
  });

  test.each(['999', '..', 'a b', '%2e%2e%2f14', '__proto__', 'constructor', '1'.repeat(65)])(
    'given the app has no installation %s, when it is asked for, then there is none',
    async (id) => {
      const segment = id.startsWith('%') ? id : encodeURIComponent(id).replaceAll('.', '%2e');
      const token = await askToken(host, undefined, segment);
      const list = await ask(`/installations/${host}/${segment}/repositories`);

      expect([token.status, list.status]).toEqual([404, 404]);
    },
  );

  test('C62 given a signed-in browser, when it calls these routes, then it is refused', async () => {
    const person = browser();
    const login = await person.open(`${gateway.url}/connect/gitlab`);
    await person.submit(login, login.forms[0], { fields: { user: 'visitor' } });
    const cookie = await person.cookies.getCookieString(gateway.url);
    const own = await ask('/connections', { cookie });
    expect(own.status).toBe(200);

    for (const [method, path] of routesOf(host)) {
      const { status, body } = await ask(path, { method, cookie });
      expect([path, status, body.code]).toEqual([path, 401, 'CallerUnauthenticated']);
    }
  });

  test('C62 given an identity token, when it calls these routes, then it is refused', async () => {
    const authorization = 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ2aXNpdG9yIn0.c2lnbmF0dXJl';

    for (const [method, path] of routesOf(host)) {
      const { status, body } = await ask(path, { method, authorization });
      expect([path, status, body.reason]).toEqual([path, 403, 'needs_api_key']);
    }
  });
});

function routesOf(host: string): readonly (readonly [string, string])[] {
  return [
    ['GET', `/installations/${host}`],
    ['GET', `/installations/${host}/${installation}/repositories`],
    ['POST', `/installations/${host}/${installation}/token`],
  ];
}

describe('what is asked for', () => {
  test('C62 given a broad token is shared, when a narrow one is asked for, then the answer is narrow', async () => {
    const broad = await askToken('github');

    const narrow = await askToken('github', {
      permissions: { contents: 'read' },
      repositories: ['handbook'],
    });

    expect(narrow.status).toBe(200);
    expect(narrow.body.token).not.toBe(broad.body.token);
    expect(narrow.body).toMatchObject({
      permissions: { contents: 'read' },
      repositorySelection: 'selected',
    });
  });

  test('given a host that cannot narrow, when a narrow token is asked for, then nothing is minted', async () => {
    const before = mintsAt(gateway.sandbox);

    const { status, body } = await askToken('atomgit', { repositories: ['handbook'] });

    expect([status, body.code, body.reason]).toEqual([422, 'Unsupported', 'no_narrowing']);
    expect(body.remedy).toContain('without a body');
    expect(mintsAt(gateway.sandbox)).toBe(before);
  });

  test.each([
    [{ scope: 'all' }, 'scope'],
    [{ permissions: {} }, 'permissions'],
    [{ permissions: { contents: 1 } }, 'permissions.contents'],
    [{ repositories: [] }, 'repositories'],
    [{ repositories: ['sandbox-org/handbook'] }, 'repositories.0'],
  ])('given the body %j, when a token is asked for, then %s is named', async (given, field) => {
    const { status, body } = await askToken('github', given);

    expect(status).toBe(400);
    expect(body.fields).toMatchObject([{ field }]);
  });

  test.each(['gitlab', 'gitee'])(
    'given %s has no apps, when asked, then it cannot do this',
    async (host) => {
      const answers = await Promise.all(
        routesOf(host).map(([method, path]) => ask(path, { method })),
      );

      expect(answers.map(({ body }) => body.code)).toEqual(Array(3).fill('Unsupported'));
      const page = await ask(`/install/${host}`);
      expect(page.status).toBe(422);
      expect(page.headers.get('content-type')).toContain('text/html');
    },
  );

  test('given no such provider, when asked, then there is none', async () => {
    const answers = await Promise.all(
      routesOf('nowhere').map(([method, path]) => ask(path, { method })),
    );

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  test('given an expiry of 2023-05-07T04:02:40.758+08:00, when handed out, then it is that instant in UTC', async () => {
    const body = {
      token: 'ats_of_the_guide',
      expires_at: '2023-05-07T04:02:40.758+08:00',
      permissions: {},
      repository_selection: 'ALL',
    };
    const path = '*/14/access_tokens';
    gateway.sandbox.fault({ provider: 'atomgit', path, action: 'status', status: 200, body });

    const answer = await askToken('atomgit', undefined, '14');

    expect(answer.body.expiresAt).toBe('2023-05-06T20:02:40.758Z');
  });
});

describe('the private key', () => {
  test('C28 given another key than the host knows, when a token is asked for, then the operator is told and no token comes', async () => {
    const name = `${secretPrefix}/github/app-key`;
    const key = gateway.secrets.get(name) ?? '';
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    gateway.secrets.put(name, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    // Longer than a secret is kept in memory.
    gateway.clock.advance(6 * minute);
    try {
      const { status, body } = await askToken('github');
      expect([status, body.code]).toEqual([500, 'Misconfigured']);
    } finally {
      gateway.secrets.put(name, key);
      gateway.clock.advance(6 * minute);
    }
    expect((await askToken('github')).status).toBe(200);
  });

  test('C28 given a key in PKCS#1 with its line ends written out, when a token is asked for, then it signs', async () => {
    const name = `${secretPrefix}/github/app-key`;
    const key = gateway.secrets.get(name) ?? '';
    const { createPrivateKey } = await import('node:crypto');
    const pkcs1 = createPrivateKey(key).export({ type: 'pkcs1', format: 'pem' }).toString();
    gateway.secrets.put(name, pkcs1.replaceAll('\n', '\\n'));
    gateway.clock.advance(6 * minute);
    try {
      expect((await askToken('github')).status).toBe(200);
    } finally {
      gateway.secrets.put(name, key);
    }
  });

  test('C26 given all of the above, when the log is searched, then no key, JWT or token is in it', async () => {
    await askToken('atomgit');
    const log = gateway.logs.join('\n');
    const tokens = installingHosts.flatMap((host) =>
      gateway.sandbox.state(host).tokens.map(({ value }) => value),
    );

    expect(log).toContain('token opened');
    expect(tokens.length).toBeGreaterThan(2);
    for (const token of tokens) expect(log).not.toContain(token);
    expect(log).not.toContain('PRIVATE KEY');
    expect(log).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
    for (const host of installingHosts) {
      const [, line = ''] = (gateway.secrets.get(`${secretPrefix}/${host}/app-key`) ?? '').split(
        '\n',
      );
      expect(line.length).toBeGreaterThan(40);
      expect(log).not.toContain(line);
    }
  });
});
