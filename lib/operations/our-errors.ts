import { ForgebridgeError } from '../errors.ts';

/**
 * Runs `act` and raises whatever fails as one of our errors. Trouble with AWS itself is retryable;
 * anything else that is not ours already is `InternalError`.
 */
export async function inOurErrors<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asForgebridgeError(error);
  }
}

/** Errors of AWS clients carry `$metadata`; their own retries are used up by then. */
export function asForgebridgeError(error: unknown): ForgebridgeError {
  if (error instanceof ForgebridgeError) return error;
  const fromAws = error instanceof Error && '$metadata' in error;
  return fromAws
    ? new ForgebridgeError('ProviderUnavailable', { reason: 'aws_unavailable' }, error)
    : new ForgebridgeError('InternalError', {}, error);
}
