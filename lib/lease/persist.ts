import { isForgebridgeError } from '../errors.ts';
import { type Pausing, withBackoff } from '../primitives/backoff.ts';

const firstBackoff = 50;
const longestBackoff = 400;
/** Below this many milliseconds nothing more is begun. */
const lastMoment = 250;

/** What repeating a write needs from outside. */
export interface Persistence extends Pausing {
  count(outcome: 'write_retried'): void;
}

/**
 * Repeats a write that the table did not take, with full jitter, until fewer than `until`
 * milliseconds are left. The write must be safe to repeat: it may have happened although the table
 * said otherwise.
 *
 * @throws what the table raised last.
 */
export async function persist<T>(
  vault: Persistence,
  timeLeft: () => number,
  write: () => Promise<T>,
  until = lastMoment,
): Promise<T> {
  return withBackoff(vault, { first: firstBackoff, longest: longestBackoff }, write, (error) => {
    // Not what the table holds, nor what it does not let us do: only that it was not reached.
    const final = isForgebridgeError(error) && !error.retryable;
    if (final || timeLeft() < until) return false;
    vault.count('write_retried');
    return true;
  });
}
