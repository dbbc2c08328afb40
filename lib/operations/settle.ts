import { isForgebridgeError } from '../errors.ts';
import { withBackoff } from '../primitives/backoff.ts';
import type { Operations } from './operation.ts';

const attempts = 5;
const firstPause = 500;

/**
 * Tries again while a repository that was just created is not yet known to every part of the host:
 * "not found", or a conflict (which clients raise as `ProviderUnavailable`). At most five tries with
 * full jitter, about four seconds of pauses; then the last failure is raised.
 */
export async function whileSettling<T>(
  ops: Pick<Operations, 'sleep' | 'random'>,
  act: () => Promise<T>,
): Promise<T> {
  return withBackoff(
    ops,
    { first: firstPause },
    act,
    (error, tries) =>
      tries < attempts && isForgebridgeError(error, 'NotFound', 'ProviderUnavailable'),
  );
}
