import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, takeClock } from './clock.ts';

let clock: Clock | undefined;
afterEach(() => clock?.restore());

describe('the clock of the tests', () => {
  test('given a clock, when it is set forward, then every way to read the time agrees and it goes on', async () => {
    const before = Date.now();
    clock = takeClock();
    clock.advance(3_600_000);
    const later = Date.now();
    expect(later - before).toBeGreaterThanOrEqual(3_600_000);
    const made = new Date();
    expect(made.getTime()).toBeGreaterThanOrEqual(later);
    expect(made instanceof Date).toBe(true);
    await sleep(5);
    expect(Date.now()).toBeGreaterThan(later);
  });

  test('given a time of its own, when a date is made from it, then it is not moved', () => {
    clock = takeClock();
    clock.advance(1000);
    expect(new Date(0).getTime()).toBe(0);
    expect(Date.parse('1970-01-01T00:00:01Z')).toBe(1000);
  });

  test('given a clock set forward, when it is restored, then the real time is back', () => {
    const before = Date.now();
    clock = takeClock();
    clock.advance(3_600_000);
    clock.restore();
    expect(Date.now() - before).toBeLessThan(3_600_000);
  });
});
