import { ForgebridgeError, HostSaid } from '../errors.ts';
import { rfc3339 } from '../primitives/time.ts';
import type { OperationRecord } from './record.ts';

/** Milliseconds. The first pause after trouble that the host puts no time to, and the longest. */
const first = 2_000;
const longest = 60_000;
/** The same where the host says that it was asked too often, and not until when. */
const firstOverLimit = 15_000;
const longestOverLimit = 240_000;

/** A conflict that stands after so many runs of a step is no passing one: somebody has decided. */
const mostConflicts = 3;
/** Something before the host that answers in its stead goes away, as a rule; what cannot be read does not. */
const mostPages = 5;

/** What a step answers when it was kept from its work: it is to be run again after so many seconds. */
export interface Again {
  readonly state: 'again';
  readonly waitSeconds: number;
}

/** Seconds of one wait: a cancelled operation must not sleep on. */
const longestWait = 60;

/** @param until - epoch milliseconds */
export function again(until: number, now: number): Again {
  const seconds = Math.ceil((until - now) / 1_000);
  return { state: 'again', waitSeconds: Math.min(longestWait, Math.max(1, seconds)) };
}

/**
 * When an operation goes on that was kept from its work: when the host said, else after a pause that
 * grows, at the latest at its deadline. Undefined for trouble that no waiting mends, and for any trouble
 * behind the deadline.
 *
 * @returns epoch milliseconds.
 */
export function goesOnAt(
  error: ForgebridgeError,
  { tries = 0, deadline }: Pick<OperationRecord, 'tries' | 'deadline'>,
  { now, random }: { readonly now: number; readonly random: number },
): number | undefined {
  if (now >= deadline || !(error.retryable || isPage(error))) return undefined;
  if (isConflict(error) && tries >= mostConflicts) return undefined;
  if (isPage(error) && tries >= mostPages) return undefined;
  const overLimit = error.code === 'RateLimited';
  const [least, most] = overLimit ? [firstOverLimit, longestOverLimit] : [first, longest];
  const { retryAfter } = error.details;
  const pause =
    retryAfter === undefined
      ? random * Math.min(most, least * 2 ** tries)
      : Math.max(retryAfter * 1_000, 1_000);
  const until = now + pause;
  // A host that wants silence until behind the deadline leaves nothing to wait for.
  if (overLimit && until > deadline) return undefined;
  return Math.min(until, deadline);
}

/** The record with what the host said of its silence, which holds for whatever comes next. */
export function silenced(
  record: OperationRecord,
  { details: { retryAfter } }: ForgebridgeError,
  now: number,
): OperationRecord {
  if (retryAfter === undefined || retryAfter <= 0) return record;
  return { ...record, silentUntil: now + retryAfter * 1_000 };
}

/** No answer of the host's own, or none that can be read: it says nothing of what was asked. */
export function isPage(error: ForgebridgeError): boolean {
  return error.code === 'ProviderProtocol' && error.details.reason === 'unexpected_body';
}

/** A host's "conflict" without a reason that its client knows. */
function isConflict(error: ForgebridgeError): boolean {
  return error.code === 'ProviderUnavailable' && error.details.reason === 'conflict';
}

/** What is said of trouble that was waited for in vain. */
export function inVain(error: ForgebridgeError, now: number): ForgebridgeError {
  if (!error.retryable) return error;
  if (isConflict(error)) {
    const said = error.cause instanceof HostSaid ? error.cause.sentence : '';
    const remedy = `The provider refuses this as things stand there: ${said || 'conflict'}`;
    return new ForgebridgeError('Forbidden', { reason: 'conflict', remedy }, error);
  }
  const { retryAfter = 0, ...details } = error.details;
  if (error.code === 'RateLimited') {
    const remedy = `The host takes requests again at ${rfc3339(now + retryAfter * 1_000)}. Start another operation then, or give it a later deadline.`;
    return new ForgebridgeError('RateLimited', { ...details, remedy }, error);
  }
  const reason = details.reason ?? error.code.replace(/\B[A-Z]/g, '_$&').toLowerCase();
  return new ForgebridgeError('ImportTimedOut', { ...details, reason }, error);
}
