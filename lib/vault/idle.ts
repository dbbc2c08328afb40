import { isForgebridgeError } from '../errors.ts';
import { shortestRefresh } from '../lease/timing.ts';
import type { Provider } from '../providers/provider.ts';
import { learning } from './account.ts';
import { assess } from './assess.ts';
import { breakConnection } from './broken.ts';
import type { TokenRequest, Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';
import { type Fresh, refresh } from './refresh.ts';
import { finishRevocation } from './revocation.ts';
import { dueShards, laterCare, nextRevocation } from './schedule.ts';
import type { Due } from './store.ts';
import { shortenLease } from './take-lease.ts';
import { opened, refuseTampered } from './vouched.ts';

/** What one run of idle care did, by what became of each connection it looked at. */
export type Report = Record<Care, number>;

/**
 * - `refreshed`: its refresh token lives on
 * - `broken`: marked `reconnect_required`
 * - `revoked`: a pending revocation was finished, or given up, and the record deleted
 * - `postponed`: nothing to be done yet, or the provider could not be asked
 * - `gone`: changed or deleted since the index was written
 * - `failed`: the record or its provider could not be loaded; postponed
 */
const cares = ['refreshed', 'broken', 'revoked', 'postponed', 'gone', 'failed'] as const;
type Care = (typeof cares)[number];

const batchSize = 10;
/** The longest pause between two batches, in milliseconds; jitter keeps runs apart. */
const longestPause = 1_000;

/**
 * Looks after connections that nobody uses: refreshes those whose refresh token would end unused,
 * finishes pending revocations, marks what has ended. Works through what is due in small batches
 * until it is done or the time that a refresh needs is no longer left; the rest is due next time.
 */
export async function careForIdle(
  vault: Vault,
  { timeLeft }: { timeLeft(): number },
): Promise<Report> {
  const report = Object.fromEntries(cares.map((care) => [care, 0])) as Report; // every key is there
  for (const shard of dueShards) {
    const seen = new Set<string>();
    for (;;) {
      if (timeLeft() < shortestRefresh + longestPause) return report;
      const found = await vault.store.due(shard, vault.now(), batchSize + seen.size);
      // The index lags: what was just cared for can still stand in it.
      const batch = found.filter(({ ref }) => !seen.has(ref.id)).slice(0, batchSize);
      if (batch.length === 0) break;
      const cared = await Promise.all(batch.map((due) => careFor(vault, due, timeLeft)));
      for (const care of cared) report[care] += 1;
      for (const { ref } of batch) seen.add(ref.id);
      await vault.sleep(vault.random() * longestPause);
    }
  }
  return report;
}

async function careFor(vault: Vault, due: Due, timeLeft: () => number): Promise<Care> {
  const request = { ref: due.ref, caller: 'idleCare', timeLeft };
  try {
    const record = await vault.store.read(due.ref);
    if (record === undefined || record.dueAt !== due.dueAt) return 'gone';
    if (record.status === 'revoked') {
      return await revokeAgain(vault, due, record, { ...request, purpose: 'revoke' });
    }
    return await keepAlive(vault, due, record, { ...request, purpose: 'keep alive' });
  } catch {
    // One bad record must not stand before the others in the next run.
    await vault.store.postpone(due, laterCare(vault.now(), vault.random())).catch(() => {});
    return 'failed';
  }
}

async function revokeAgain(
  vault: Vault,
  due: Due,
  record: ConnectionRecord,
  request: TokenRequest,
): Promise<Care> {
  if (await finishRevocation(vault, record, request)) return 'revoked';
  const next = nextRevocation(record.updatedAt, vault.now());
  if (next === undefined) {
    await vault.store.remove(record);
    vault.count('revocation_abandoned');
    return 'revoked';
  }
  await vault.store.postpone(due, next);
  return 'postponed';
}

async function keepAlive(
  vault: Vault,
  due: Due,
  record: ConnectionRecord,
  request: TokenRequest,
): Promise<Care> {
  refuseTampered(vault, record);
  const provider = await vault.providers(record.provider);
  const now = vault.now();
  // As if this generation had been refused: so it is replaced, unless that cannot be done now.
  const { action } = assess(record, provider, record.gen, now);
  const inUse = provider.rotation === 'kills-access' && (record.expiresAt ?? 0) > now;
  if (action === 'expire') {
    await opened(vault, record, 'access');
    return (await breakConnection(vault, request, record, 'expired')) ? 'broken' : 'gone';
  }
  if (action === 'refresh' && !inUse) {
    try {
      const fresh = await refresh(vault, request, record, provider);
      if (fresh !== undefined) {
        await askForName(vault, request, provider, fresh);
        return 'refreshed';
      }
    } catch (error) {
      if (isForgebridgeError(error, 'ReconnectRequired')) return 'broken';
    }
  }
  if (action === 'shorten') await shortenLease(vault, record);
  await vault.store.postpone(due, laterCare(now, vault.random()));
  return 'postponed';
}

/** Whoever does not use a connection does not learn that the account was renamed: the host is asked. */
async function askForName(
  vault: Vault,
  { timeLeft }: TokenRequest,
  provider: Provider,
  { record, token }: Fresh,
): Promise<void> {
  if (timeLeft() < shortestRefresh) return;
  await learning(vault, record, provider)
    .identify(token)
    .catch(() => {});
}
