import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hostIds } from '../../infra/local/sandbox/registry.ts';
import { person } from '../e2e/person.ts';
import { type RunningStack, runStack } from '../e2e/stack.ts';
import { startChromium } from './chromium.ts';
import { endSession } from './states.ts';
import { type Visitor, visitor } from './visitor.ts';

let running: RunningStack;
let browser: Browser;
let user: Visitor;
beforeAll(async () => {
  // The product is on another site than the page, as it is in the world.
  running = await runStack(undefined, '127.0.0.1');
  browser = await startChromium();
});
afterEach(() => user.close());
afterAll(async () => {
  await browser.close();
  await running.stop();
});

const address = (path: string) => running.stack.publicUrl + path;
const product = () => running.stack.productUrl;

async function visit(subject: string, options?: BrowserContextOptions): Promise<Visitor> {
  user = await visitor(browser, running, subject, options);
  return user;
}

/** A page of somebody else with a button to that template. */
async function openForeignPage({ page }: Visitor, query: Readonly<Record<string, string>>) {
  const elsewhere = 'http://127.0.0.1:9/readme';
  const way = address(`/new?${new URLSearchParams(query)}`);
  const body = `<a href="${way.replaceAll('&', '&amp;')}">Use this template</a>`;
  await page.route(elsewhere, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(elsewhere);
}

/** Signed in and connected at GitLab, in front of the form. */
async function atForm(subject: string, path = '/new', options?: BrowserContextOptions) {
  const { page, signIn, connect } = await visit(subject, options);
  await signIn();
  await connect('gitlab');
  await page.goto(address(path));
  return page;
}

const operationsOf = async (subject: string): Promise<readonly { fullName: string }[]> =>
  (await person(running, subject).api('GET', '/operations')).body.items;

const create = { name: /^(Create repository|创建仓库)$/ };

describe('from a button in a foreign page', () => {
  const creating = hostIds.filter((id) => id !== 'atomgit');
  const ways = creating.map((host, index) => [host, index % 2 === 0 ? 'en-US' : 'zh-CN'] as const);

  test.each(ways)(
    'given the product on another site, when somebody new comes for %s in %s, then six clicks are enough, and two the next time',
    async (host, locale) => {
      const newcomer = await visit(`button-${host}`, { locale });
      const { page, troubles } = newcomer;
      let clicks = 0;
      const click = async (target: ReturnType<typeof page.locator>) => {
        clicks += 1;
        await target.click();
      };
      const query = { template: `${host}:templates/starter`, returnTo: `${product()}/` };
      await openForeignPage(newcomer, { ...query, name: `${host}-first` });
      await click(page.getByRole('link', { name: 'Use this template' }));
      await page.getByLabel('User name').fill(`button-${host}`);
      await click(page.getByRole('button', { name: 'Sign in' }));
      await click(page.locator(`a[href^="/connect/${host}?"]`));
      await click(page.getByRole('button', { name: 'Allow' }));
      await page.locator('#name-hint.ok').waitFor();
      await click(page.getByRole('button', create));
      const back = page.locator(`a[href^="${product()}/"]`);
      await back.waitFor();
      expect(clicks).toBeLessThanOrEqual(6);
      const target = new URL((await back.getAttribute('href')) ?? '');
      expect(target.searchParams.get('repository')).toContain(`${host}-first`);

      clicks = 0;
      await openForeignPage(newcomer, { ...query, name: `${host}-second` });
      await click(page.getByRole('link', { name: 'Use this template' }));
      await page.locator('#name-hint.ok').waitFor();
      await click(page.getByRole('button', create));
      await back.waitFor();
      expect(clicks).toBeLessThanOrEqual(2);
      expect(troubles).toEqual([]);
    },
  );

  test('given a product that opens the page in a pop-up, when the repository is there, then the product’s page is told, and the window closes', async () => {
    const { page, signIn, connect } = await visit('pop-up');
    await signIn();
    await connect('gitlab');
    const template = new URLSearchParams({ template: 'templates/starter', name: 'popped' });
    const shop = `${product()}/shop`;
    const body = `<script src="${address('/forgebridge.js')}"></script>
<a data-forgebridge href="${address('/new')}?${String(template).replace('&', '&amp;')}">Go</a><output></output>
<script>addEventListener('forgebridge',(e)=>{document.querySelector('output').textContent=JSON.stringify(e.detail)})</script>`;
    await page.route(shop, (route) => route.fulfill({ contentType: 'text/html', body }));
    // The stand-in for the API serves its owner's own pages alone; in the world anybody may load this.
    await page.route(address('/forgebridge.js'), async (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: await (await fetch(address('/forgebridge.js'))).text(),
      }),
    );
    await page.goto(shop);
    const opened = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Go' }).click();
    const popUp = await opened;
    await popUp.getByRole('button', create).click();
    await page.waitForFunction(() => document.querySelector('output')?.textContent !== '');
    const told = JSON.parse((await page.locator('output').textContent()) ?? '');
    expect(told.repository).toContain('/popped');
    await expect.poll(() => popUp.isClosed()).toBe(true);
  });
});

describe('nothing typed is lost', () => {
  test('given a session that ends while somebody types, when the page notices, then it offers to sign in again, and all is there afterwards', async () => {
    const page = await atForm('ending');
    await page.getByLabel('Name', { exact: true }).fill('typed-before');
    await page.getByText('More options').click();
    await page.getByLabel('Description').fill('typed before the end');
    await endSession(page);
    await page.getByLabel('Name', { exact: true }).fill('typed-after');
    await page.getByRole('alert').getByRole('button', { name: 'Sign in again' }).click();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByLabel('User name').fill('ending');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', create).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('typed-after');
    expect(await page.getByLabel('Description').inputValue()).toBe('typed before the end');
  });

  test('given a form that was sent, when somebody goes back and sends it again, then everything is there, and it is one repository', async () => {
    const page = await atForm('going-back', '/new?template=templates/slow');
    await page.getByLabel('Name', { exact: true }).fill('only-once');
    await page.getByRole('button', create).click();
    await page.waitForURL(/operation=/);
    const first = page.url();
    await page.goBack();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('only-once');
    await page.getByRole('button', create).click();
    await page.waitForURL(/operation=/);
    expect(page.url()).toBe(first);
    await page.reload();
    expect(await operationsOf('going-back')).toHaveLength(1);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page
      .getByText('It stops at its next step.')
      .or(page.getByText('cancelled'))
      .first()
      .waitFor();
  });

  test('given a double click, when the form is sent, then it is one repository', async () => {
    const page = await atForm('double-click');
    await page.getByLabel('Name', { exact: true }).fill('clicked-twice');
    await page.getByRole('button', create).dblclick();
    await page.waitForURL(/operation=/);
    expect(await operationsOf('double-click')).toHaveLength(1);
  });

  test('given a name that is taken, when a free one that the page offers is clicked, then that one is created', async () => {
    const page = await atForm('suggested');
    await page.getByLabel('Name', { exact: true }).fill('notes');
    await page.getByRole('button', { name: 'notes-1' }).click();
    await page.getByText('This name is free.').waitFor();
    await page.getByRole('button', create).click();
    await page.getByText('sandbox-user/notes-1').first().waitFor();
  });

  test('given a connection to be renewed, when somebody consents with another account, then they are told, and can connect that one instead', async () => {
    const page = await atForm('other-account');
    const { items } = (await person(running, 'other-account').api('GET', '/connections')).body;
    await page.goto(address(`/connect/gitlab?connection=${items[0].id}`));
    await page.getByLabel('other-user').check();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('You consented with another account.').waitFor();
    await page.getByRole('link', { name: 'Connect an account' }).click();
    await page.getByLabel('other-user').check();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('other-user', { exact: true }).waitFor();
  });

  test('given no JavaScript, when somebody goes the whole way and leaves, then all of it works', async () => {
    const page = await atForm('no-script', '/new?template=templates/starter', {
      javaScriptEnabled: false,
    });
    await page.getByLabel('Name', { exact: true }).fill('without-script');
    await page.getByRole('button', create).click();
    await page.getByRole('link', { name: 'Open the repository' }).waitFor();
    await page.goto(address('/'));
    await page.getByText('Disconnect', { exact: true }).click();
    await page.getByRole('button', { name: 'Yes, disconnect' }).click();
    await page.getByText('No account is connected yet.').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out.' }).waitFor();
  });
});
