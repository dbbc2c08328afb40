import { waitSeconds } from '../../lib/operations/wait.ts';

/** What waiting for one import costs: looks in its first minute and in all, and seconds too late. */
export interface Waiting {
  readonly looksInFirstMinute: number;
  readonly looks: number;
  readonly lag: number;
}

/** Simulates the looks at an import of `duration` seconds; `pause` gives the wait after each one. */
export function simulate(
  duration: number,
  first: number,
  pause: (elapsed: number) => number,
): Waiting {
  let looks = 1;
  let looksInFirstMinute = 1;
  let at = first;
  while (at < duration) {
    at += pause(at);
    looks += 1;
    if (at < 60) looksInFirstMinute += 1;
  }
  return { looksInFirstMinute, looks, lag: at - duration };
}

/** The growing wait, as the workflow makes it: the first look after two seconds. */
export function growing(duration: number): Waiting {
  return simulate(duration, 2, (elapsed) => waitSeconds(elapsed * 1000));
}

/** The poll it replaces. */
export function fixed(duration: number): Waiting {
  return simulate(duration, 2, () => 2);
}

/** Import durations in the documented table, in seconds: 1 s to 30 min. */
const durations = [1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1200, 1800];

/** The table in docs/create.md. */
export function scheduleTable(): string {
  const rows = durations.map((duration) => {
    const [wait, poll] = [growing(duration), fixed(duration)];
    return [duration, wait.looksInFirstMinute, wait.looks, wait.lag, poll.looks, poll.lag];
  });
  const head = [
    'import (s)',
    'looks in the first minute',
    'looks',
    'lag (s)',
    'looks every 2 s',
    'lag (s)',
  ];
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---:')), ...rows.map(line)].join('\n');
}

if (import.meta.main) console.log(scheduleTable());
