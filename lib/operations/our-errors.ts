import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { OperationError, StepName } from './record.ts';

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

/** What the record keeps of a failure. Texts of providers are cut to a length worth reading. */
export function errorOf({ code, details }: ForgebridgeError, step: StepName): OperationError {
  const { retryAfter: _, fields, suggestions, ...texts } = details;
  return {
    code,
    step,
    ...texts,
    ...defined({
      reason: details.reason?.slice(0, 500),
      fields: fields && [...fields],
      suggestions: suggestions && [...suggestions],
    }),
  };
}
