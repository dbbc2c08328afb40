import type { Page } from 'playwright-core';
import type { RunningStack } from '../e2e/stack.ts';
import type { Visitor } from './visitor.ts';

/** Called at each state of the page, with its name. */
export type At = (state: string) => Promise<void>;

/**
 * Goes through every state that the page has, as a person whose browser is set to any language: nothing is
 * found by its words.
 */
export async function everyState(
  { stack }: RunningStack,
  visit: Visitor,
  subject: string,
  at: At,
): Promise<void> {
  const { page } = visit;
  const go = (path: string) => page.goto(stack.publicUrl + path);
  const create = () => page.locator('form[data-new] .actions button:not([name])').click();

  await visit.signIn();
  await at('home-empty');
  await go('/new?template=gitlab:templates/starter&name=my-service');
  await at('choose-one-host');
  await go('/new?template=templates/starter');
  await at('choose-host');

  await go('/');
  await visit.connect('gitlab', 'Deny');
  await at('denied');
  await go('/');
  await visit.connect('gitlab');
  await go('/');
  await visit.connect('github');
  await elsewhere(page, `${stack.publicUrl}/connect/gitee`);
  await at('connect-asked');

  await go(`/new?template=gitlab:templates/starter&name=${subject}-first`);
  await page.locator('#name-hint.ok').waitFor();
  await at('form');
  await create();
  await page.locator('[data-live]').waitFor();
  await at('watching');
  await page.locator('.mark.ok').waitFor();
  await at('result');

  await go('/new');
  await page.locator('[name=name]').fill(`${subject}-first`);
  await page.locator('#name-hint.bad').waitFor();
  await at('name-taken');
  await page.locator('[name=template]').fill('no template');
  await page.locator('[name=name]').fill('not a name');
  await create();
  await page.locator('[role=alert]:not([hidden])').waitFor();
  await at('refused');

  await go(`/new?template=gitlab:templates/fails&name=${subject}-failing`);
  await create();
  await page.locator('[role=alert]').waitFor();
  await at('failed');

  await go('/');
  await at('home');
  await page.locator('details.sure summary').first().click();
  await at('disconnect');
  await go('/button?template=templates/starter&host=gitlab');
  await at('button');

  await go('/new?template=templates/starter&name=kept');
  await endSession(page);
  await create();
  await page.locator('.hero').waitFor();
  await at('session-ended');
  await page.locator('.hero a').click();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('form[action="/sign-out"] button').click();
  await page.locator('.hero').waitFor();
  await at('signed-out');
}

/** Lets the session end behind the page's back. */
export async function endSession(page: Page): Promise<void> {
  await page.evaluate(() => fetch('/sessions/current', { method: 'DELETE' }));
}

/** Comes to `address` by a link on a page of another site. */
async function elsewhere(page: Page, address: string): Promise<void> {
  const other = 'http://127.0.0.1:9/';
  const body = `<a href="${address}">Go</a>`;
  await page.route(other, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(other);
  await page.getByRole('link', { name: 'Go' }).click();
  await page.waitForURL((url) => url.hostname === 'localhost');
}
