import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { virtualTime } from './virtual-time.ts';

test('given two who sleep, when nobody works, then they wake at their times, in that order, and no real time passes', async () => {
  const time = virtualTime(0);
  const woken: number[] = [];
  const hour = async (hours: number) => {
    await time.sleep(hours * 3_600_000);
    woken.push(time.now() / 3_600_000);
  };
  await Promise.all([hour(3), hour(1)]);
  expect(woken).toEqual([1, 3]);
});

test('given one who sleeps, when another works, then no time passes until that is done', async () => {
  const time = virtualTime(0);
  let woken = false;
  const slept = time.sleep(1).then(() => {
    woken = true;
  });
  await time.busy(async () => {
    await sleep(30);
    expect([woken, time.now()]).toEqual([false, 0]);
  });
  await slept;
  expect(time.now()).toBe(1);
});

test('given work that waits for one who sleeps within it, when all rest, then time passes', async () => {
  const time = virtualTime(0);
  await time.busy(() => time.within(500));
  expect(time.now()).toBe(500);
});

test('given a time limit, when a sleep goes beyond it, then it fires first; when nobody sleeps, it never does', async () => {
  const time = virtualTime(0);
  const limit = time.timeLimit(1_000);
  await sleep(30);
  expect(limit.aborted).toBe(false);
  await time.sleep(5_000, limit);
  expect([limit.aborted, time.now()]).toEqual([true, 1_000]);
});

test('given one who sleeps, when time is set forward, then they wake without passing more', async () => {
  const time = virtualTime(0);
  const slept = time.sleep(10);
  time.advance(60);
  await slept;
  expect(time.now()).toBe(60);
});
