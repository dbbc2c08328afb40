import { beforeAll, describe, expect, test } from 'vitest';
import {
  assumptionList,
  type Counts,
  costTable,
  dollarsPerMillion,
  priceTable,
} from '../bench/costs.ts';
import { countAll } from '../bench/counted.ts';
import { growing } from '../bench/wait-schedule.ts';
import { type Page, page } from './markdown.ts';

/** Tables without what only makes them even. */
const unpadded = (text: string) => text.replaceAll(/ +\|/g, ' |').replaceAll(/-+(:?) \|/g, '-$1 |');

describe('docs/costs.md', () => {
  let costs: Page;
  let counted: Readonly<Record<string, Counts>>;
  beforeAll(async () => {
    costs = await page('docs/costs.md');
    counted = await countAll();
  });

  test('given what each deed asks of AWS, when counted on the wire and priced, then the table says the same', () => {
    expect(unpadded(costs.text)).toContain(unpadded(costTable(counted)));
  });

  test('given the prices and assumptions that went in, when compared, then the page has them', () => {
    expect(unpadded(costs.text)).toContain(unpadded(priceTable()));
    expect(costs.text).toContain(assumptionList());
  });

  test('given a token that is still valid, when it is handed out, then that is one read of the table and nothing else', () => {
    const zero = { hostCalls: 0, writeUnits: 0, transitions: 0, secretsCalls: 0, events: 0 };
    const one = { apiRequests: 1, invocations: 1, readUnits: 1 };
    expect(counted['token, still valid']).toMatchObject({ ...zero, ...one });
  });

  test('given the import of 30 s, when its transitions are counted, then they are those of as many looks as the schedule makes', () => {
    // Start, choice, fork; wait, look and choice for each look; four more steps or states; end.
    const creation = counted['creation, import of 30 s'];
    expect(creation?.transitions).toBe(3 + 3 * growing(30).looks + 5 + 1);
  });

  test('given a price worked out by hand, when compared, then the script comes to the same', () => {
    const token: Counts = {
      apiRequests: 1,
      invocations: 1,
      hostCalls: 1,
      readUnits: 1,
      writeUnits: 2,
      transitions: 0,
      secretsCalls: 1,
      events: 1,
      logLines: 2,
    };
    // API 1 + request 0.2 + 220 ms × 0.5 GB 1.466674 + read 0.125 + writes 1.25 + secret 5 + event 1
    // + 1,350 bytes of log 0.675 + trace 0.25
    expect(dollarsPerMillion(token)).toBeCloseTo(10.966674, 6);
  });
});
