import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { RunningStack } from '../e2e/stack.ts';

/** A person in front of a window of their own, and all that went on in it. */
export interface Visitor {
  readonly page: Page;
  /** Every address that the window asked for. */
  readonly requests: readonly string[];
  /** Errors and warnings of our pages' console, scripts that failed, what a policy blocked. */
  readonly troubles: readonly string[];
  /** Opens the page without a session and signs in at the product. */
  signIn(): Promise<void>;
  /** Goes to the provider, presses that button there, and comes back. */
  connect(provider: string, button?: 'Allow' | 'Deny'): Promise<void>;
  /** Presses Tab until that has the focus. */
  tabTo(target: Locator): Promise<void>;
  close(): Promise<void>;
}

const mostTabs = 60;

/** Opens a window without cookies, cache or history, for the product's user of that name. */
export async function visitor(
  browser: Browser,
  { stack }: RunningStack,
  subject: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  context.setDefaultTimeout(20_000);
  const requests: string[] = [];
  const troubles: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  context.on('console', (message) => {
    const { url } = message.location();
    const bad = message.type() === 'error' || message.type() === 'warning';
    if (bad && (url === '' || url.startsWith(stack.publicUrl))) troubles.push(message.text());
  });
  context.on('weberror', (error) => troubles.push(String(error.error())));
  const page = await context.newPage();

  return {
    page,
    requests,
    troubles,
    async signIn() {
      await page.goto(`${stack.publicUrl}/`);
      await page.getByLabel('User name').fill(subject);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${stack.publicUrl}/`);
    },
    async connect(provider, button = 'Allow') {
      await page.locator(`a[href="/connect/${provider}"]`).click();
      await page.getByRole('button', { name: button }).click();
      await page.waitForURL((url) => url.origin === stack.publicUrl);
    },
    async tabTo(target) {
      const focused = () => target.evaluate((element) => element === document.activeElement);
      for (let tabs = 0; !(await focused()); tabs += 1) {
        if (tabs === mostTabs) throw new Error(`${target} cannot be reached with the Tab key.`);
        await page.keyboard.press('Tab');
      }
    },
    close: () => context.close(),
  };
}
