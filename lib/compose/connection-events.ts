import { publish } from '../aws/events.ts';
import { logFailure } from '../aws/log.ts';
import { rfc3339 } from '../primitives/time.ts';
import type { ConnectionStore } from '../vault/vault.ts';

/** Told when a connection stops or starts to work. The connection's own status is the truth. */
export interface ConnectionEvent {
  readonly type: 'connection.broken' | 'connection.recovered';
  readonly connectionId: string;
  /** Why it broke: `invalid_grant`, `expired`, … */
  readonly reason?: string;
  /** RFC 3339. */
  readonly at: string;
}

/**
 * The store, telling of connections that break and recover once that is written. A bus that cannot
 * be reached is logged and stops nobody.
 */
export function tellingStore(store: ConnectionStore): ConnectionStore {
  return {
    ...store,
    async markBroken(fence, reason, now) {
      const marked = await store.markBroken(fence, reason, now);
      if (marked) await tell({ type: 'connection.broken', connectionId: fence.id, reason }, now);
      return marked;
    },
    async put(record, replaced) {
      const before = replaced === undefined ? undefined : await store.read(replaced);
      const stored = await store.put(record, replaced);
      if (stored && before?.status === 'reconnect_required') {
        await tell({ type: 'connection.recovered', connectionId: record.id }, record.updatedAt);
      }
      return stored;
    },
  };
}

async function tell(event: Omit<ConnectionEvent, 'at'>, now: number): Promise<void> {
  try {
    await publish({ ...event, at: rfc3339(now) });
  } catch (error) {
    logFailure(error, { event: event.type, connection: event.connectionId });
  }
}
