import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../e2e/person.ts';
import { type RunningStack, runStack } from '../e2e/stack.ts';
import { startChromium } from './chromium.ts';
import { type Visitor, visitor } from './visitor.ts';

let running: RunningStack;
let browser: Browser;
let user: Visitor;
beforeAll(async () => {
  running = await runStack();
  browser = await startChromium();
});
afterEach(() => user.close());
afterAll(async () => {
  await browser.close();
  await running.stop();
});

const address = (path: string) => running.stack.publicUrl + path;

/** A signed-in person. Subjects do not share anything, so tests do not either. */
async function signedIn(subject: string, options?: BrowserContextOptions): Promise<Visitor> {
  user = await visitor(browser, running, subject, options);
  await user.signIn();
  return user;
}

/** Shows a page with that body which comes from another site, as a browser counts sites. */
async function openElsewhere(page: Page, body: string): Promise<void> {
  const elsewhere = 'http://127.0.0.1:9/';
  await page.route(elsewhere, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(elsewhere);
}

/** Fills in the form of a new repository and leaves the focus in it. */
async function fillForm({ page }: Visitor, template: string, name: string): Promise<void> {
  await page.goto(address('/new'));
  await page.getByLabel('Template').fill(template);
  await page.getByLabel('Name', { exact: true }).fill(name);
}

describe('the main path', () => {
  test('given a new window, when a person signs in, consents and sends the form, then the progress page renews itself until it leads to the repository, and the console stays empty', async () => {
    const { page, troubles, connect } = await signedIn('main-path');
    await connect('gitlab');
    const connection = page.getByRole('listitem').filter({ hasText: 'sandbox-user' });
    expect(await connection.textContent()).toContain('connected');
    expect(new URL(page.url()).searchParams.get('connection')).toBeTruthy();

    await page.getByRole('link', { name: 'New repository' }).click();
    await page.getByLabel('Template').fill('templates/starter');
    await page.getByLabel('Name', { exact: true }).fill('from-a-browser');
    await page.getByRole('button', { name: 'Create repository' }).click();
    await page.waitForURL(/\/new\?operation=/);
    expect(await page.getByRole('progressbar').getAttribute('value')).not.toBe('100');

    const link = page.getByRole('link', { name: 'Open the repository' });
    await link.waitFor();
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('100');
    await link.click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      'sandbox-user/from-a-browser',
    );
    expect(await page.getByText('# Starter').count()).toBe(1);
    expect(troubles).toEqual([]);
  });

  test('given only a keyboard, when a person goes the same way, then they arrive', async () => {
    user = await visitor(browser, running, 'keyboard');
    const { page, tabTo } = user;
    const { keyboard } = page;
    await page.goto(address('/'));
    await tabTo(page.getByRole('button', { name: 'Sign in' }));
    await keyboard.press('Enter');

    await page.waitForURL(address('/'));
    await tabTo(page.locator('a[href="/connect/gitee"]'));
    await keyboard.press('Enter');
    const allow = page.getByRole('button', { name: 'Allow' });
    await allow.waitFor();
    await tabTo(allow);
    await keyboard.press('Space');

    const start = page.getByRole('link', { name: 'New repository' });
    await start.waitFor();
    await tabTo(start);
    await keyboard.press('Enter');
    const template = page.getByLabel('Template');
    await template.waitFor();
    await tabTo(template);
    await keyboard.type('templates/starter');
    await tabTo(page.getByLabel('Name', { exact: true }));
    await keyboard.type('by-keyboard');
    // What is copied there is as visible as the template: the page has looked, and offers nothing else.
    await page.getByText('A copy is as visible as its template there.').waitFor();
    await tabTo(page.getByRole('button', { name: 'Create repository' }));
    await keyboard.press('Enter');

    const link = page.getByRole('link', { name: 'Open the repository' });
    await link.waitFor();
    await tabTo(link);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'sandbox-user/by-keyboard' }).waitFor();
    expect(await page.getByText('public, branches').count()).toBe(1);
  });

  test('given a repository that cannot be made, when the form is sent, then the reason stands in the same form with all that was entered, and corrected it is taken', async () => {
    const visit = await signedIn('refused');
    const { page } = visit;
    await visit.connect('gitlab');
    await fillForm(visit, 'not a template', 'kept-name');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Template').inputValue()).toBe('not a template');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('kept-name');

    await page.getByLabel('Template').fill('templates/starter');
    await page.getByRole('button', { name: 'Create repository' }).click();
    await page.waitForURL(/\/new\?operation=/);
  });
});

describe('leaving', () => {
  test('given the consent page, when a person denies, then they are told that nothing was stored, and a way back is offered', async () => {
    const { page, connect, troubles } = await signedIn('denier');
    await connect('github', 'Deny');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(
      'Nothing was stored.',
    );
    await page.getByRole('link', { name: 'Back' }).click();
    expect(await page.getByText('No account is connected yet.').count()).toBe(1);
    expect(troubles).toEqual([expect.stringContaining('status of 403')]);
  });

  test('given a connection, when its button is pressed, then it is gone, at the host too', async () => {
    const { page, connect, troubles } = await signedIn('leaver');
    await connect('gitlab');
    const { body } = await person(running, 'leaver').api('GET', '/connections');
    const token = await person(running, 'leaver').api(
      'POST',
      `/connections/${body.items[0].id}/token`,
    );
    await page.getByText('Disconnect', { exact: true }).click();
    await page.getByRole('button', { name: 'Yes, disconnect' }).click();
    await page.getByText('No account is connected yet.').waitFor();
    const known = running.stack.sandbox.state('gitlab').tokens;
    expect(known.find(({ value }) => value === token.body.accessToken)?.live).toBe(false);
    expect(troubles).toEqual([]);
  });

  test('given a session, when the sign-out button is pressed, then the product asks again who is there, and the old session opens nothing', async () => {
    const { page, troubles } = await signedIn('signing-out');
    const before = await page.context().cookies(address('/'));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out.' }).waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(troubles).toEqual([]);
    await page.context().clearCookies();
    await page.context().addCookies(before.filter(({ name }) => name === '__Host-forgebridge'));
    await page.goto(address('/'));
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
});

describe('languages and screens', () => {
  test('given a browser set to zh-CN, when the pages are opened, then they are in Simplified Chinese', async () => {
    const { page, connect, troubles } = await signedIn('chinese', { locale: 'zh-CN' });
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.title()).toBe('总览 – Git 账号');
    await connect('gitee');
    expect(await page.locator('main').textContent()).toContain('已连接');
    await page.getByRole('link', { name: '新建仓库' }).click();
    await page.getByLabel('名称', { exact: true }).fill('zhongwen');
    await page.getByRole('button', { name: '创建仓库' }).click();
    await page.getByRole('link', { name: '打开仓库' }).waitFor();
    expect(troubles).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'given a phone in %s colours, when the pages are opened, then nothing stands outside the screen',
    async (colorScheme) => {
      const viewport = { width: 320, height: 640 };
      const visit = await signedIn(`phone-${colorScheme}`, {
        viewport,
        isMobile: true,
        colorScheme,
      });
      const { page } = visit;
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      await visit.connect('gitlab');
      expect(await width()).toBe(viewport.width);
      await fillForm(visit, 'templates/fails', `${'long-'.repeat(15)}${colorScheme}`);
      expect(await width()).toBe(viewport.width);
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      expect(await width()).toBe(viewport.width);
    },
  );
});

describe('what a browser guards', () => {
  test('given a whole visit, when everything the window asked for is looked at, then it is only this machine, and no token, code verifier or secret is in an address', async () => {
    const visit = await signedIn('watched');
    await visit.connect('github');
    await fillForm(visit, 'templates/starter', 'watched');
    await visit.page.keyboard.press('Enter');
    await visit.page.getByRole('link', { name: 'Open the repository' }).waitFor();
    expect(visit.requests.length).toBeGreaterThan(8);
    const hosts = new Set(visit.requests.map((url) => new URL(url).hostname));
    expect([...hosts]).toEqual(['localhost']);
    const addresses = visit.requests.join('\n');
    const { sandbox } = running.stack;
    for (const { value } of sandbox.state('github').tokens) expect(addresses).not.toContain(value);
    expect(addresses).not.toContain(sandbox.providers.github.clientSecret);
    expect(addresses).not.toMatch(/verifier/);
  });

  test('given a page of another site, when it sends a person on to a provider, then a page of ours asks first', async () => {
    const { page } = await signedIn('sent-here');
    await openElsewhere(page, `<a href="${address('/connect/gitlab')}">Go</a>`);
    await page.getByRole('link', { name: 'Go' }).click();
    await page.waitForURL(address('/connect/gitlab'));
    await page.getByRole('link', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Allow' }).waitFor();
  });

  test('given a page of another site, when it posts the form of a new repository, then nothing is created', async () => {
    const { page, connect } = await signedIn('tricked');
    await connect('gitlab');
    const { items } = (await person(running, 'tricked').api('GET', '/connections')).body;
    const fields = { connection: items[0].id, name: 'tricked', idempotencyKey: 'x'.repeat(32) };
    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    const form = `<form method="post" action="${address('/new')}">${inputs.join('')}<button>Go</button></form>`;
    await openElsewhere(page, form);
    await page.getByRole('button', { name: 'Go' }).click();
    await page.waitForURL((url) => url.hostname === 'localhost');
    const { body } = await person(running, 'tricked').api('GET', '/operations');
    expect(body.items).toEqual([]);
  });

  test('given a script that somebody brought into the page, when it would run, then the policy stops it', async () => {
    const { page, troubles } = await signedIn('injected');
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "injected"';
      document.body.append(script);
    });
    expect(await page.title()).toBe('Overview – Git accounts');
    expect(troubles.join()).toContain('Content Security Policy');
  });
});
