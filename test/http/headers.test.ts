import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browser } from '../harness/browser.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, callbackUrl, connected, type Person, signedIn } from './person.ts';
import { sendRaw } from './wire.ts';

describe('headers and pages, from outside', () => {
  let gateway: TestGateway;
  let person: Person;
  let connection = '';
  beforeAll(async () => {
    gateway = await startTestGateway();
    person = await signedIn(gateway, 'reader');
    connection = await connected(gateway, person, 'gitlab');
  });
  afterAll(() => gateway.stop());

  /** One answer of every sort: pages, redirects, data, problems. */
  const answers = [
    ['the page', 'GET', '/'],
    ['the form', 'GET', '/new'],
    ['an operation that is not there', 'GET', '/new?operation=x'],
    ['a refused form', 'POST', '/new'],
    ['a session link that is none', 'GET', '/sessions/x'],
    ['a connect', 'GET', '/connect/gitlab'],
    ['a connect to nowhere', 'GET', '/connect/nowhere'],
    ['a forged callback', 'GET', '/callback/gitlab?state=x&code=y'],
    ['connections', 'GET', '/connections'],
    ['a connection', 'GET', '/connections/CONNECTION'],
    ['a connection that is not there', 'GET', '/connections/x'],
    ['a refused token', 'POST', '/connections/CONNECTION/token'],
    ['repositories', 'GET', '/connections/CONNECTION/repositories'],
    ['a name', 'GET', '/connections/CONNECTION/names/free'],
    ['a refused creation', 'POST', '/repositories'],
    ['operations', 'GET', '/operations'],
    ['a refused erasure', 'DELETE', '/subjects/x'],
    ['the description', 'GET', '/openapi.json'],
    ['health', 'GET', '/health'],
  ] as const;

  const ask = async (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(gateway.url + path.replace('CONNECTION', connection), {
      method,
      redirect: 'manual',
      headers: { cookie: await person.cookie(), ...headers },
    });

  test.each(answers)(
    'C11 C17 given %s, when %s %s answers, then it is not to be kept, framed, sniffed or told on',
    async (name, method, path) => {
      const { headers } = await ask(method, path);
      // Pages with forms: under `no-referrer` a browser would hide the `Origin` of the form, too.
      const policy = ['the page', 'the form'].includes(name) ? 'same-origin' : 'no-referrer';
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe(policy);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
      const csp = headers.get('content-security-policy') ?? '';
      expect(csp).toContain("default-src 'none'");
      expect(csp).toContain("frame-ancestors 'none'");
      expect(csp).toContain("base-uri 'none'");
      expect(csp).not.toMatch(/unsafe|\*|https?:|data:/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  test('C11 given a callback, when it succeeds, then a 303 leads to a URL without code and state', async () => {
    const callback = await callbackUrl(gateway, person, 'gitlab');
    const answer = await person.step(callback.href);
    const location = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, answer.html]).toEqual([303, '']);
    expect([...location.searchParams.keys()]).toEqual(['connection']);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('C11 given a callback that fails, when its page is shown, then it repeats neither code nor state', async () => {
    const callback = await callbackUrl(gateway, person, 'gitlab');
    const { code, state } = Object.fromEntries(callback.searchParams);
    await person.step(callback.href);
    const { html } = await person.step(callback.href);
    expect(html).toContain('StateMismatch');
    for (const value of [code, state]) expect(html).not.toContain(value);
  });

  test.each(['/', '/new', '/connect/nowhere'])(
    'C11 C17 given the page at %s, when its markup is read, then nothing comes from elsewhere and only its own script and style may run',
    async (path) => {
      const { html, headers } = await person.step(gateway.url + path);
      const csp = headers.get('content-security-policy') ?? '';
      const nonce = /script-src 'nonce-([\w-]{22,})'/.exec(csp)?.[1];
      expect(nonce).toBeDefined();
      expect(csp).toContain(`style-src 'nonce-${nonce}'`);
      expect(csp).toContain("form-action 'self'");
      const active = html.match(/<(script|style)\b[^>]*>/g) ?? [];
      expect(active.length).toBeGreaterThan(1);
      for (const tag of active) expect(tag).toContain(`nonce="${nonce}"`);
      expect(html).not.toMatch(/\s(on\w+|style)=/);
      expect(html).not.toMatch(/<(iframe|object|embed|base|img)\b|\ssrc=/);
      expect(html.match(/<link\b[^>]*>/g)).toEqual([
        '<link rel="icon" href="/favicon.svg" type="image/svg+xml">',
      ]);
      expect(html).not.toMatch(/(href|action)="(https?:|\/\/|javascript:)/);
    },
  );

  test('C17 given one page twice, when their nonces are compared, then they differ', async () => {
    const pages = [await person.step(`${gateway.url}/`), await person.step(`${gateway.url}/`)];
    const policies = pages.map(({ headers }) => headers.get('content-security-policy'));
    expect(policies[0]).not.toBe(policies[1]);
  });

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN', '你的账号'],
    ['zh', 'zh-CN', '断开连接'],
    ['en-GB,en;q=0.9,zh;q=0.5', 'en', 'Your accounts'],
    ['de', 'en', 'Your accounts'],
    ['zh;q=0,en', 'en', 'Disconnect'],
    [`zh${';q=0.5'.repeat(5)},${'x'.repeat(3000)}`, 'zh-CN', '新建仓库'],
  ])(
    'given Accept-Language %s, when the page is opened, then it is in %s',
    async (language, lang, text) => {
      const answer = await ask('GET', '/', { 'accept-language': language });
      const html = await answer.text();
      expect(answer.headers.get('content-language')).toBe(lang);
      expect(html).toContain(`<html lang="${lang}">`);
      expect(html).toContain(text);
    },
  );

  test('given Accept-Language zh-CN, when something fails, then the problem is told in Chinese', async () => {
    const reader = browser({ headers: { 'accept-language': 'zh-CN' } });
    const { html, status } = await reader.step(`${gateway.url}/callback/gitlab?state=x`);
    expect([status, html.includes('此链接在当前浏览器中无效或已失效')]).toEqual([400, true]);
  });

  const attack = `"><script>canary()</script><img src=x onerror=canary()>'&lt;`;

  test('given markup in the query of the form, when it is shown, then it is text', async () => {
    const { html, forms } = await person.step(
      `${gateway.url}/new?template=${encodeURIComponent(attack)}&connection=${encodeURIComponent(attack)}`,
    );
    expect(html).not.toContain('<script>canary');
    expect(html).not.toContain('<img');
    expect(forms[0]?.fields.template).toBe(attack);
  });

  test('given markup in every field of a form, when it is refused, then the form shows it as text', async () => {
    const fields = { connection, name: attack, template: attack, namespace: attack };
    const answer = await fetch(`${gateway.url}/new`, {
      method: 'POST',
      headers: { cookie: await person.cookie(), origin: gateway.url },
      body: new URLSearchParams({ ...fields, description: attack, visibility: attack }),
    });
    const html = await answer.text();
    expect(answer.status).toBe(400);
    expect(html).toContain('canary');
    expect(html).not.toContain('<script>canary');
    expect(html).not.toContain('<img');
  });

  test.each([
    `/connect/${encodeURIComponent(attack)}`,
    `/sessions/${encodeURIComponent(attack)}`,
    `/callback/gitlab?${encodeURIComponent(attack)}=1&${encodeURIComponent(attack)}=2&state=x`,
    `/new?operation=${encodeURIComponent(attack)}`,
    `/connect/gitlab?returnTo=${encodeURIComponent(attack)}`,
    `/connect/gitlab?${encodeURIComponent(attack)}=1&${encodeURIComponent(attack)}=2`,
  ])('given %s, when the problem is shown, then no markup of it runs', async (path) => {
    const { html, status } = await person.step(gateway.url + path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(html).not.toContain('<script>canary');
    expect(html).not.toContain('<img');
  });

  const lineEnds = [
    '%0d%0aX-Injected:%20yes',
    '%0aX-Injected:%20yes',
    '%E5%98%8A%E5%98%8DX-Injected:',
  ];
  const entrances = [
    '/?a=END',
    '/new?template=END',
    '/new?operation=END',
    '/sessions/END',
    '/connect/END',
    '/connect/gitlab?returnTo=END',
    '/connect/gitlab?returnTo=/END',
    '/connect/gitlab?connection=END',
    '/callback/END?state=x',
    '/callback/gitlab?state=END&code=END&iss=END',
    '/callback/gitlab?state=x&error=END',
    '/connections/END',
    '/connections/CONNECTION/names/END',
    '/connections/CONNECTION/names/x?namespace=END',
    '/connections/CONNECTION/repositories?namespace=END',
    '/connections/CONNECTION/repositories?cursor=END',
    '/connections?cursor=END',
    '/operations?cursor=END',
    '/operations/END',
  ];
  test.each(entrances)(
    'C55 given line ends at %s, when it is asked with and without a session, then no header is added and nothing breaks',
    async (entrance) => {
      for (const end of lineEnds) {
        const path = entrance.replaceAll('END', end).replace('CONNECTION', connection);
        for (const headers of [{ cookie: await person.cookie() }, {}]) {
          const answer = await sendRaw(gateway.url, { path, headers });
          expect(answer.headers).not.toHaveProperty('x-injected');
          expect(answer.status).toBeLessThan(500);
          for (const value of Object.values(answer.headers)) {
            expect(String(value)).not.toMatch(/[\r\n]/);
          }
        }
      }
    },
  );

  test('C55 given line ends in every field of a body, when it is sent, then no header is added', async () => {
    const evil = 'x\r\nX-Injected: yes';
    const call = backend(gateway, 'reader');
    const bodies = [
      ['/sessions', { request: evil, subject: evil, returnTo: `/${evil}` }],
      ['/repositories', { connection, name: evil, template: evil, namespace: evil }],
      [`/connections/${connection}/token`, { rejectedGeneration: evil }],
    ] as const;
    for (const [path, json] of bodies) {
      const answer = await call('POST', path, {
        json,
        headers: { 'idempotency-key': 'line-ends' },
      });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('x-injected')).toBeNull();
    }
  });
});
