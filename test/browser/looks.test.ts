import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningStack, runStack } from '../e2e/stack.ts';
import { startChromium } from './chromium.ts';
import { everyState } from './states.ts';
import { visitor } from './visitor.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds on the page as it stands, all of its rules on. */
async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

let running: RunningStack;
let browser: Browser;
beforeAll(async () => {
  running = await runStack();
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await running.stop();
});

describe('every state of the page', () => {
  test.each([
    ['en', 'en-US'],
    ['zh', 'zh-CN'],
  ])(
    'given %s, when each is looked at in light and dark, then axe-core finds nothing, nothing stands outside 320 pixels, and the console holds nothing but refused addresses',
    async (language, locale) => {
      const visit = await visitor(browser, running, `looks-${language}`, { locale });
      const { page, troubles } = visit;
      const found: string[] = [];
      const states: string[] = [];
      await everyState(running, visit, `looks-${language}`, async (state) => {
        states.push(state);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          found.push(...(await findings(page)).map((each) => `${state} ${colorScheme} ${each}`));
        }
        const usual = page.viewportSize() ?? { width: 1280, height: 720 };
        await page.setViewportSize({ width: 320, height: 640 });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > 320) found.push(`${state} is ${width} wide`);
        await page.setViewportSize(usual);
      });
      expect(found).toEqual([]);
      expect(states).toHaveLength(16);
      // Chromium notes each page that came with a status of 400 or more; ours say so in words.
      expect(troubles.filter((each) => !/responded with a status of 4\d\d/.test(each))).toEqual([]);
      await visit.close();
    },
    240_000,
  );
});
