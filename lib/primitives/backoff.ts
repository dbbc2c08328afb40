/** What a loop that tries again needs from outside. */
export interface Pausing {
  /** At least 0, below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Milliseconds. The pause before try `n + 1` is random, up to `first × 2ⁿ⁻¹` and never over `longest`. */
export interface Backoff {
  readonly first: number;
  readonly longest?: number;
}

/**
 * Does `act` until it succeeds, with exponential backoff and full jitter between two tries.
 *
 * @param again - called with what was thrown and how many tries there have been (1 after the first).
 * @throws what `act` threw last, once `again` answers false.
 */
export async function withBackoff<T>(
  { random, sleep }: Pausing,
  { first, longest = Number.POSITIVE_INFINITY }: Backoff,
  act: () => Promise<T>,
  again: (error: unknown, tries: number) => boolean,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (!again(error, tries)) throw error;
      await sleep(random() * Math.min(first * 2 ** (tries - 1), longest));
    }
  }
}
