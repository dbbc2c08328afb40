import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../infra/local/template.ts';
import { runStack } from '../e2e/stack.ts';
import { startChromium } from './chromium.ts';
import { everyState } from './states.ts';
import { visitor } from './visitor.ts';

/**
 * `npm run screenshots`: every state of the page, in both languages, light and dark, on a phone and on a
 * desk, as pictures in `.screenshots`. The four that the READMEs show go to `docs/images`.
 */
const folder = resolve(root, '.screenshots');
const forReadmes = resolve(root, 'docs/images');

const languages = [
  ['en', 'en-US'],
  ['zh', 'zh-CN'],
] as const;
const schemes = ['light', 'dark'] as const;
const screens = [
  ['phone', { width: 375, height: 720 }],
  ['desk', { width: 1024, height: 720 }],
] as const;

/** What the READMEs show, and in which colours. */
const shown: ReadonlyMap<string, (typeof schemes)[number]> = new Map([
  ['form', 'light'],
  ['result', 'dark'],
]);

mkdirSync(folder, { recursive: true });
mkdirSync(forReadmes, { recursive: true });
const running = await runStack();
const browser = await startChromium();
try {
  for (const [language, locale] of languages) {
    const visit = await visitor(browser, running, `pictures-${language}`, { locale });
    await everyState(running, visit, language, (state) => shoot(visit.page, language, state));
    await visit.close();
  }
} finally {
  await browser.close();
  await running.stop();
}

async function shoot(page: Page, language: string, state: string): Promise<void> {
  for (const colorScheme of schemes) {
    for (const [screen, size] of screens) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(size);
      const path = join(folder, `${state}-${language}-${colorScheme}-${screen}.png`);
      await page.screenshot({ path, fullPage: true });
    }
    if (shown.get(state) === colorScheme) {
      await page.setViewportSize({ width: 760, height: 640 });
      await page.screenshot({ path: join(forReadmes, `${state}-${language}.png`) });
    }
  }
}
