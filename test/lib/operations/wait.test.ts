import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { waitSeconds, waitWithin } from '../../../lib/operations/wait.ts';
import { growing, scheduleTable } from '../../bench/wait-schedule.ts';

describe('the wait schedule', () => {
  test('given any elapsed time, when the wait is asked, then it is whole seconds from 2 to 30', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000_000 }), (elapsed) => {
        const wait = waitSeconds(elapsed);
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(2);
        expect(wait).toBeLessThanOrEqual(30);
      }),
    );
  });

  test('given an import of 1 s to 30 min, when it is waited for, then it is seen within 2 s or 20 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1800, noNaN: true }), (duration) => {
        expect(growing(duration).lag).toBeLessThanOrEqual(Math.max(2, 0.2 * duration));
      }),
      { numRuns: 2_000 },
    );
  });

  test('given the longest import, when it is waited for, then there are at most 15 looks in the first minute and 76 in all', () => {
    const { looksInFirstMinute, looks } = growing(1800);
    expect(looksInFirstMinute).toBeLessThanOrEqual(15);
    expect(looks).toBeLessThanOrEqual(76);
  });

  test('given a deadline before the next look, when the wait is asked, then the next look is at the deadline', () => {
    fc.assert(
      fc.property(fc.nat(3_600_000), fc.integer({ min: 1, max: 60_000 }), (elapsed, left) => {
        const wait = waitWithin(elapsed, 1_000_000, 1_000_000 + left);
        expect(wait).toBeLessThanOrEqual(Math.ceil(left / 1000));
        expect(wait).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test('given the documentation, when its table is compared, then it is the simulated one', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../../docs/create.md'), 'utf8');
    expect(unpadded(docs)).toContain(unpadded(scheduleTable()));
  });
});

/** Markdown tables without the padding of their cells. */
function unpadded(text: string): string {
  return text.replace(/ +/g, ' ').replace(/-+:/g, '-:');
}
