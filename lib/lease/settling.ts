import { isForgebridgeError } from '../errors.ts';
import { withBackoff } from '../primitives/backoff.ts';
import { replyReserve, settling } from './timing.ts';

/** Four pauses, each twice as long as the one before, are {@link settling} in all. */
const pauses = 4;
const first = settling / (2 ** pauses - 1);

/**
 * Does `use` with a token that is new, or was refused a moment ago. A 401 is looked at again for 5 s:
 * replicas of a host learn of its tokens one after the other. So `use` must be safe to repeat.
 * `unknown` says which refusals can mean that a replica does not know the token yet.
 *
 * @throws the last of these, or whatever else `use` raises.
 */
export function whileSettling<T>(
  { sleep }: { sleep(milliseconds: number): Promise<void> },
  { timeLeft }: { timeLeft(): number },
  use: () => Promise<T>,
  unknown: (error: unknown) => boolean = tokenRejected,
): Promise<T> {
  const pausing = { random: () => 1, sleep };
  return withBackoff(pausing, { first }, use, (error, tries) => {
    const pause = first * 2 ** (tries - 1);
    return unknown(error) && tries <= pauses && timeLeft() - pause >= replyReserve;
  });
}

/** Whether a host refused the access token itself (401). */
export function tokenRejected(error: unknown): boolean {
  return (
    isForgebridgeError(error, 'ReconnectRequired') &&
    error.details.reason === 'access_token_rejected'
  );
}
