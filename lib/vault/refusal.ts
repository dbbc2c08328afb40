import { ForgebridgeError } from '../errors.ts';
import { askAgain, cooldown, writeReserve } from '../lease/timing.ts';
import type { Provider } from '../providers/provider.ts';
import { isRefreshable } from './assess.ts';
import { breakConnection, reconnectRequired } from './broken.ts';
import type { TokenRequest, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import type { Refusals } from './store.ts';

/** A connection's token in hand. */
export interface Obtained {
  readonly record: ConnectionRecord;
  readonly provider: Provider;
  readonly token: string;
}

/**
 * How often a token is refused, and how far apart in milliseconds, until it is believed to be dead
 * where the host has no other word for it. More than twice, so that no single wrong clock can make
 * seconds look like minutes.
 */
const believedRefusals = 3;
const apart = 5 * 60_000;
/** Refusals further apart than this have nothing to do with each other. */
const forgotten = 24 * 3_600_000;

/**
 * What a 401 means that stood for five seconds. A host in trouble answers 401 to tokens that are as
 * good as ever, so it is not believed at once:
 *
 * - while the host takes the refresh token, the consent lives; it is left alone for a while
 * - where the host tells an app whether a token is alive, that is what counts
 * - else the token is dead when it was refused three times, minutes apart
 *
 * @returns the error for the caller: `ReconnectRequired` after marking the connection, else one that
 * says to come again.
 */
export async function judgeRefusal(
  vault: Vault,
  request: TokenRequest,
  { record, provider, token }: Obtained,
): Promise<ForgebridgeError> {
  const now = vault.now();
  if (isRefreshable(record, provider)) {
    await note(vault, record, { nextTryAt: now + cooldown });
    return stillRefused();
  }
  const refusals = counted(record, now);
  const isDead =
    provider.isAlive === undefined
      ? refusals.refusals >= believedRefusals
      : !(await provider.isAlive(token, vault.timeLimit(timeFor(request))));
  if (!isDead) {
    if (provider.isAlive === undefined) await note(vault, record, refusals);
    return stillRefused();
  }
  const marked = await breakConnection(vault, request, record, 'access_token_rejected');
  // Not marked: the user has connected anew meanwhile, and that token may well be good.
  return marked ? reconnectRequired('access_token_rejected') : stillRefused();
}

/** A later success heals. Costs nothing where nothing was noted. */
export async function clearRefusals(vault: Vault, record: ConnectionRecord): Promise<void> {
  if (record.refusedAt !== undefined) await note(vault, record, {});
}

/** Only a hint for the next caller: a table that cannot be reached does not change what this one is told. */
async function note(vault: Vault, record: ConnectionRecord, refusals: Refusals): Promise<void> {
  await vault.store.noteRefusals(record, refusals).catch(() => {});
}

function counted({ refusals = 0, refusedAt }: ConnectionRecord, now: number) {
  const since = now - (refusedAt ?? 0);
  if (since > forgotten) return { refusals: 1, refusedAt: now };
  if (refusedAt !== undefined && since < apart) return { refusals, refusedAt };
  return { refusals: refusals + 1, refusedAt: now };
}

function timeFor({ timeLeft }: TokenRequest): number {
  return Math.max(0, timeLeft() - writeReserve);
}

function stillRefused(): ForgebridgeError {
  const details = { reason: 'access_token_rejected', retryAfter: askAgain };
  return new ForgebridgeError('ProviderUnavailable', details);
}
