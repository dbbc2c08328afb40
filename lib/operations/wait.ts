/** The longest and the shortest pause between two looks, in seconds. */
const shortest = 2;
const longest = 30;
/** Part of the time already waited that the next pause may take: the lag stays below it. */
const share = 0.2;

/**
 * Whole seconds until the next look, `elapsed` milliseconds after the repository was created:
 * a fifth of the time waited so far, between 2 and 30 seconds. Rounded down, because Step Functions
 * takes whole seconds and a longer pause would break the promised lag.
 */
export function waitSeconds(elapsed: number): number {
  return Math.floor(Math.min(longest, Math.max(shortest, (share * elapsed) / 1000)));
}

/** {@link waitSeconds}, ended early enough to look once more at the deadline (epoch ms). */
export function waitWithin(elapsed: number, now: number, deadline: number): number {
  return Math.min(waitSeconds(elapsed), Math.max(1, Math.ceil((deadline - now) / 1000)));
}

/** Seconds before the first look at a copy, which no host makes at once. */
export const firstWait = shortest;
