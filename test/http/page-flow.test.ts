import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '../harness/browser.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, ended, type Person, signedIn, visitor } from './person.ts';

/** What a person reads of a page. */
function textOf({ html }: Pick<Page, 'html'>): string {
  const body = html.slice(html.indexOf('<body>'));
  return body.replace(/<(script|style)\b.*?<\/\1>/gs, ' ').replace(/<[^>]*>/g, ' ');
}

describe('from a button to a repository', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  const way = (query: Readonly<Record<string, string>>) =>
    `${gateway.url}/new?${new URLSearchParams(query)}`;
  const operationIn = ({ url }: Page) => new URL(url).searchParams.get('operation') ?? '';

  async function watched(person: Person, progress: Page): Promise<Page> {
    await ended(gateway, person.subject, operationIn(progress));
    return person.open(progress.url);
  }

  test('given somebody new, when a button leads them here, then they connect at its host, find everything in the form, and go back to the product with what was made', async () => {
    const person = visitor(gateway, 'somebody-new');
    const returnTo = `${gateway.productUrl}/done`;
    const query = { template: 'gitlab:templates/starter', name: 'mine', returnTo };
    const login = await person.open(way(query));
    const choice = await person.submit(login, login.forms[0], { fields: { user: 'somebody-new' } });
    const connects = choice.links.filter((link) => link.startsWith('/connect/'));
    expect(connects).toEqual([expect.stringMatching(/^\/connect\/gitlab\?/)]);
    const consent = await person.follow(choice, connects[0] ?? '');
    const form = await person.submit(consent, consent.forms[0], { button: /allow/i });
    expect(form.forms[0]?.fields).toMatchObject(query);
    const result = await watched(person, await person.submit(form, form.forms[0]));
    const back = new URL(result.links.find((link) => link.startsWith(returnTo)) ?? '');
    const made = (await backend(gateway, 'somebody-new')('GET', '/operations')).body.items[0];
    expect(Object.fromEntries(back.searchParams)).toEqual({
      operation: made.id,
      repository: made.result.webUrl,
    });
    expect(result.html).toContain(`git clone ${made.result.cloneUrls.https}`);
    expect(result.html).toContain(`data-tell="${gateway.productUrl}"`);
  });

  test('given a template of no host, when somebody without an account comes, then each host that creates is offered, and no other', async () => {
    const person = await signedIn(gateway, 'chooser');
    const choice = await person.open(way({ template: 'templates/starter' }));
    const { items } = (await backend(gateway, 'chooser')('GET', '/providers')).body;
    const creating = items.flatMap((each: { id: string; abilities: { strategies: string[] } }) =>
      each.abilities.strategies.length > 0 ? [each.id] : [],
    );
    const offered = choice.links.flatMap((link) => /^\/connect\/([\w-]+)\?/.exec(link)?.[1] ?? []);
    expect(offered).toEqual(creating);
  });

  test('given several accounts, when the form is opened, then the one used last is chosen, and one that cannot create is not there', async () => {
    const person = await signedIn(gateway, 'several');
    const gitlab = await connected(gateway, person, 'gitlab');
    await connected(gateway, person, 'gitee');
    const atomgit = await connected(gateway, person, 'atomgit');
    const form = await person.open(way({ connection: gitlab }));
    await person.submit(form, form.forms[0], { fields: { name: 'used-last' } });
    const next = await person.open(way({}));
    expect(next.forms[0]?.fields.connection).toBe(gitlab);
    expect(next.html).not.toContain(`value="${atomgit}"`);
  });

  test('given an import that fails, when it is watched, then all steps are there, one sentence says why, what is left behind has a link, and trying again keeps what was entered', async () => {
    const person = await signedIn(gateway, 'unlucky');
    await connected(gateway, person, 'gitlab');
    const form = await person.open(way({ template: 'gitlab:templates/fails', name: 'failing' }));
    const fields = { description: 'still here', visibility: 'private' };
    const progress = await person.submit(form, form.forms[0], { fields });
    expect(textOf(progress)).toMatch(/Copy the template.*Wait for.*Apply.*Add.*Finish/s);
    const failed = await watched(person, progress);
    const { leftBehind } = await ended(gateway, 'unlucky', operationIn(progress));
    expect(textOf(failed)).toContain('could not fill the repository from the template');
    expect(failed.links).toContain(leftBehind.webUrl);
    const again = await person.follow(failed, `/new?like=${operationIn(progress)}`);
    expect(again.forms[0]?.fields).toMatchObject({
      ...fields,
      template: 'templates/fails',
      name: 'failing',
    });
  });

  test('given a name that is taken, when the creation fails of it, then free ones are offered, and the rest is kept', async () => {
    const person = await signedIn(gateway, 'late');
    await connected(gateway, person, 'gitlab');
    const form = await person.open(way({ name: 'notes' }));
    const failed = await watched(person, await person.submit(form, form.forms[0]));
    const free = failed.links.find((link) => /^\/new\?like=.*name=notes-1$/.test(link)) ?? '';
    const again = await person.follow(failed, free);
    expect(again.forms[0]?.fields.name).toBe('notes-1');
  });

  test('given an address to return to that is not listed, when a button names it, then it is refused, and the person can go on without', async () => {
    const person = await signedIn(gateway, 'careful');
    await connected(gateway, person, 'gitlab');
    const query = { template: 'templates/starter', returnTo: 'https://evil.example/' };
    const refused = await person.open(way(query));
    expect(refused.status).toBe(400);
    const on = refused.links.find((link) => link.startsWith('/new?')) ?? '';
    expect((await person.follow(refused, on)).forms[0]?.fields.returnTo).toBe('');
  });

  test('given Chinese, when the pages of a whole way are read, then no English sentence is on any', async () => {
    const person = await signedIn(gateway, 'zhongwen', { 'accept-language': 'zh-CN' });
    const pages = [await person.open(`${gateway.url}/`), await person.open(way({}))];
    await connected(gateway, person, 'gitlab');
    pages.push(await person.open(`${gateway.url}/`), await person.open(`${gateway.url}/button`));
    const form = await person.open(way({ template: 'gitlab:templates/fails' }));
    const bad = { name: '..', namespace: 'no such', description: 'x'.repeat(400) };
    pages.push(form, await person.submit(form, form.forms[0], { fields: bad }));
    const progress = await person.submit(form, form.forms[0], { fields: { name: 'zhong' } });
    pages.push(progress, await watched(person, progress));
    pages.push(await person.open(`${gateway.url}/connect/nowhere`));
    const names =
      /平台提示：.*|Sandbox \w+|sandbox-user|git clone \S+|\S*forgebridge\S*|\S+@\S+|(group|owner)\/\S+/g;
    for (const page of pages) {
      const text = textOf(page).replace(names, '');
      expect(/[a-z]{2,} [a-z]{2,}/i.exec(text)?.[0], page.url).toBeUndefined();
    }
  });

  test('given the largest first pages, when compressed, then each is far below 40 KiB', async () => {
    const person = await signedIn(gateway, 'weigher');
    await connected(gateway, person, 'gitlab');
    for (const path of ['/', '/new?template=gitlab:templates/starter']) {
      const { html } = await person.open(gateway.url + path);
      expect(gzipSync(html).byteLength).toBeLessThan(15_000);
    }
  });

  test.each([
    ['light', 'en', 'Create repository'],
    ['dark', 'zh', '创建仓库'],
  ])(
    'given a button in %s and %s, when it is loaded, then it is a picture for pages of other sites',
    async (theme, lang, text) => {
      const answer = await fetch(`${gateway.url}/button.svg?theme=${theme}&lang=${lang}`);
      expect(answer.headers.get('content-type')).toBe('image/svg+xml');
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(await answer.text()).toContain(`>${text}</text>`);
    },
  );

  test('given a template, when its button is made on the page, then the Markdown to paste shows it and leads to the form', async () => {
    const person = await signedIn(gateway, 'author');
    const page = await person.open(
      `${gateway.url}/button?template=a/b&host=gitlab&theme=dark&lang=zh`,
    );
    const look = 'template=gitlab%3Aa%2Fb&amp;theme=dark&amp;lang=zh';
    expect(page.html).toContain(
      `[![创建仓库](${gateway.url}/button.svg?${look})](${gateway.url}/new?template=gitlab%3Aa%2Fb)`,
    );
  });

  test('given the script for pop-ups, when it is weighed, then it has at most 2 KiB', async () => {
    const script = await (await fetch(`${gateway.url}/forgebridge.js`)).text();
    expect(Buffer.byteLength(script)).toBeLessThanOrEqual(2048);
  });
});

describe('the page of a product', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({
      environment: {
        PAGE_NAME: 'Acme & Sons',
        PAGE_LOGO: 'https://acme.example/logo.svg',
        PAGE_ACCENT: '#ffd400',
        PAGE_SUPPORT: 'mailto:help@acme.example',
        PAGE_MAKER: 'hidden',
        PAGE_FRAMES: 'https://app.acme.example, https://acme.example',
      },
    });
  });
  afterAll(() => gateway.stop());

  test('given name, logo, colour, help and frames in the settings, when the page is opened, then it has them, and no word on its maker', async () => {
    const person = await signedIn(gateway, 'customer');
    const { html, headers } = await person.open(`${gateway.url}/`);
    expect(html).toContain('<title>Overview – Acme &amp; Sons</title>');
    expect(html).toContain('src="https://acme.example/logo.svg"');
    expect(html).toContain('--accent:#ffd400;--on-accent:#12151c');
    expect(html).toContain('href="mailto:help@acme.example"');
    expect(textOf({ html })).not.toContain('forgebridge');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain('frame-ancestors https://app.acme.example https://acme.example');
    expect(policy).toContain("img-src 'self' https://acme.example");
  });
});
