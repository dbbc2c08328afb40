import { isForgebridgeError } from '../errors.ts';
import { withBackoff } from '../primitives/backoff.ts';
import type { Operations } from './operation.ts';
import { isPage } from './pause.ts';

const attempts = 5;
const firstPause = 500;

/**
 * Tries again while a repository that was just created is not yet known to every part of the host:
 * "not found", or a conflict (which clients raise as `ProviderUnavailable`), and where something before
 * the host answered in its stead, which says nothing of what was asked. At most five tries with full
 * jitter, about four seconds of pauses; then the last failure is raised.
 */
export async function whileSettling<T>(
  ops: Pick<Operations, 'sleep' | 'random'>,
  act: () => Promise<T>,
): Promise<T> {
  return withBackoff(
    ops,
    { first: firstPause },
    act,
    (error, tries) => tries < attempts && passes(error),
  );
}

function passes(error: unknown): boolean {
  if (isForgebridgeError(error, 'NotFound', 'ProviderUnavailable')) return true;
  return isForgebridgeError(error) && isPage(error);
}
