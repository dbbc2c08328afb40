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

interface Effort {
  /** Goes on while this many milliseconds are left. */
  readonly until?: number;
  /**
   * New tokens are in hand: nothing that the table says is final while there is time, not even that
   * we may not write. A policy that is being changed refuses for seconds.
   */
  readonly inHand?: boolean;
}

/**
 * Repeats a write that the table did not take, with full jitter. The write must be safe to repeat: it
 * may have happened although the table said otherwise.
 *
 * @throws what the table raised last.
 */
export async function persist<T>(
  pausing: Persistence,
  timeLeft: () => number,
  write: () => Promise<T>,
  { until = lastMoment, inHand = false }: Effort = {},
): Promise<T> {
  return withBackoff(pausing, { first: firstBackoff, longest: longestBackoff }, write, (error) => {
    // Not what the table holds, nor what it does not let us do: only that it was not reached.
    const final = !inHand && isForgebridgeError(error) && !error.retryable;
    if (final || timeLeft() < until) return false;
    pausing.count('write_retried');
    return true;
  });
}
