import { ForgebridgeError } from '../errors.ts';
import { askAgain, firstPoll, replyReserve, slowestPoll, waitInAll } from './timing.ts';

/** What waiting for somebody else needs from outside. */
interface Waiting {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  count(outcome: 'refresh_in_progress'): void;
}

/**
 * The pauses of one caller between two looks, while somebody else holds the lease: short ones first,
 * since most holders need less than a second.
 *
 * @throws ForgebridgeError `RefreshInProgress` from the pause that would be too long.
 */
export function patience(
  { now, sleep, count }: Waiting,
  { timeLeft }: { timeLeft(): number },
): () => Promise<void> {
  let until: number | undefined;
  let poll = firstPoll;
  return async () => {
    until ??= now() + waitInAll;
    const left = Math.min(until - now(), timeLeft() - replyReserve);
    if (left <= 0) {
      count('refresh_in_progress');
      throw inProgress();
    }
    await sleep(Math.min(poll, left));
    poll = Math.min(poll * 2, slowestPoll);
  };
}

/** Somebody else is at it; there is something to be had soon. */
export function inProgress(): ForgebridgeError {
  return new ForgebridgeError('RefreshInProgress', { retryAfter: askAgain });
}

/** Too little of the invocation's time is left to begin, or to go on. */
export function tooLate(): ForgebridgeError {
  return new ForgebridgeError('RefreshInProgress', { reason: 'too_little_time', retryAfter: 1 });
}
