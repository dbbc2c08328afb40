import { clockSkew, longestCooldown } from '../../lib/lease/timing.ts';
import { defined } from '../../lib/primitives/defined.ts';
import { type ConnectionRef, connectionKey, connectionPrefix } from '../../lib/vault/connection.ts';
import {
  type ConnectionRecord,
  describe,
  type Fence,
  sameGeneration,
} from '../../lib/vault/record.ts';
import { careAt } from '../../lib/vault/schedule.ts';
import type { ConnectionStore, HeldRecord } from '../../lib/vault/store.ts';

/** Told of each change that takes place. */
export type Observer = (after: ConnectionRecord, before: ConnectionRecord | undefined) => void;

/** New values; an undefined one removes its attribute. */
type Change = { readonly [Name in keyof ConnectionRecord]?: ConnectionRecord[Name] | undefined };

/** Records in memory, changed by conditional writes on one of them alone. */
export interface Rows {
  get(ref: ConnectionRef): ConnectionRecord | undefined;
  all(): readonly ConnectionRecord[];
  put(record: ConnectionRecord, condition: (found?: ConnectionRecord) => boolean): boolean;
  /** The record after the change; undefined when there is none, or the condition does not hold. */
  update(
    ref: ConnectionRef,
    condition: (found: ConnectionRecord) => boolean,
    change: Change,
  ): ConnectionRecord | undefined;
  delete(ref: ConnectionRef, condition: (found: ConnectionRecord) => boolean): void;
}

export function rows(observe: Observer = () => {}): Rows {
  const kept = new Map<string, ConnectionRecord>();
  const key = ({ partition, id, remnant }: ConnectionRef) =>
    JSON.stringify([partition, id, remnant]);

  function keep(record: ConnectionRecord): void {
    const before = kept.get(key(record));
    kept.set(key(record), record);
    observe(record, before);
  }

  return {
    get: (ref) => kept.get(key(ref)),
    all: () => [...kept.values()],
    put(record, condition) {
      if (!condition(kept.get(key(record)))) return false;
      keep(record);
      return true;
    },
    update(ref, condition, change) {
      const found = kept.get(key(ref));
      if (found === undefined || !condition(found)) return undefined;
      const members = Object.entries({ ...found, ...change });
      const present = members.filter(([, value]) => value !== undefined);
      // Only optional attributes are ever changed to undefined.
      const after = Object.fromEntries(present) as unknown as ConnectionRecord;
      keep(after);
      return after;
    },
    delete(ref, condition) {
      const found = kept.get(key(ref));
      if (found !== undefined && condition(found)) kept.delete(key(ref));
    },
  };
}

const noLease = { leaseId: undefined, leaseUntil: undefined };
const notVouched = { vouch: undefined };
const noCare = { dueShard: undefined, dueAt: undefined };
const noTokens = {
  refresh: undefined,
  scopes: undefined,
  expiresAt: undefined,
  refreshExpiresAt: undefined,
  vouch: undefined,
  vouchHash: undefined,
  ...noCare,
};

/** The {@link ConnectionStore} over {@link Rows}, by the conditions that the port documents. */
export function memoryStore(rows: Rows): ConnectionStore {
  return {
    read: async (ref) => rows.get(ref),

    async put(record, replaced) {
      return rows.put(record, (found) =>
        replaced === undefined ? found === undefined : !!found && sameGeneration(found, replaced),
      );
    },

    async takeLease(fence, lease, now) {
      const free = ({ leaseId, leaseUntil }: ConnectionRecord) =>
        leaseUntil === undefined || leaseId === lease.id || leaseUntil < now - clockSkew;
      const rested = ({ nextTryAt = now }: ConnectionRecord) =>
        nextTryAt <= now || nextTryAt > now + longestCooldown + clockSkew;
      const held = rows.update(
        fence,
        (found) => active(found, fence) && free(found) && rested(found),
        { leaseId: lease.id, leaseUntil: lease.until },
      );
      return held && { ...held, leaseId: lease.id };
    },

    async shortenLease(seen, until) {
      const unchanged = ({ leaseId, leaseUntil }: ConnectionRecord) =>
        leaseId === seen.leaseId && leaseUntil === seen.leaseUntil;
      rows.update(seen, unchanged, { leaseUntil: until });
    },

    async storeTokens(fence, tokens, now) {
      return rows.update(
        fence,
        (found) => sameGeneration(found, fence) && found.status !== 'revoked',
        {
          ...noTokens,
          ...tokens,
          ...noLease,
          status: 'active',
          reason: undefined,
          nextTryAt: undefined,
          refusals: undefined,
          refusedAt: undefined,
          updatedAt: now,
        },
      );
    },

    async release(held: HeldRecord, { nextTryAt, inDoubt }) {
      rows.update(held, ({ leaseId }) => leaseId === held.leaseId, {
        ...(inDoubt ? { leaseUntil: 0 } : noLease),
        nextTryAt,
      });
    },

    async markBroken(fence, reason, now) {
      const change = { status: 'reconnect_required' as const, reason, updatedAt: now };
      return (
        rows.update(fence, (found) => active(found, fence), {
          ...change,
          ...notVouched,
          ...noLease,
          ...noCare,
        }) !== undefined
      );
    },

    async noteRefusals(fence, { refusals, refusedAt, nextTryAt }) {
      const change = { refusals, refusedAt, nextTryAt };
      rows.update(fence, (found) => active(found, fence), change);
    },

    async noteAccount(fence, account, now) {
      const stands = ({ grant, status }: ConnectionRecord) =>
        grant === fence.grant && status !== 'revoked';
      rows.update(fence, stands, { account, updatedAt: now });
    },

    async keepRemnant(record, dueAt) {
      const { id, grant, gen } = record;
      const { leaseId: _, leaseUntil: __, nextTryAt: ___, vouch: ____, ...kept } = record;
      const remnant = `${grant}#${gen}`;
      const after = { ...kept, remnant, status: 'revoked' as const, ...careAt(id, dueAt) };
      rows.put(after, (found) => found === undefined);
    },

    async tombstone(ref, now, dueAt, only) {
      const isMeant = ({ status, grant }: ConnectionRecord) =>
        status !== 'revoked' && (only === undefined || grant === only);
      return rows.update(ref, isMeant, {
        status: 'revoked',
        updatedAt: now,
        ...notVouched,
        ...noLease,
        ...careAt(ref.id, dueAt),
      });
    },

    async remove(fence) {
      rows.delete(fence, ({ grant, status }) => grant === fence.grant && status === 'revoked');
    },

    async reseal(record, sealed) {
      const unchanged = (found: ConnectionRecord) =>
        sameGeneration(found, record) &&
        found.access === record.access &&
        found.status === record.status;
      return rows.update(record, unchanged, { ...sealed }) !== undefined;
    },

    async shown(partition, { after, limit }) {
      const from = after === undefined ? undefined : connectionPrefix + after;
      const { entries, next } = await this.entries(partition, connectionPrefix, limit, from);
      const listed = entries.flatMap(({ record }) =>
        record ? [{ connection: describe(record) }] : [],
      );
      return { listed, ...defined({ next: next?.slice(connectionPrefix.length) }) };
    },

    async entries(partition, prefix, limit, after = '') {
      const found = rows
        .all()
        .map((record) => ({ sk: connectionKey(record).sk, record }))
        .filter(({ sk, record }) => record.partition === partition && sk.startsWith(prefix))
        .filter(({ sk }) => sk > after)
        .sort((one, other) => (one.sk < other.sk ? -1 : 1));
      const entries = found.slice(0, limit).map(({ record }) => {
        const { partition: pk, id, remnant } = record;
        return { ref: { partition: pk, id, ...defined({ remnant }) }, record };
      });
      const next = found.length > limit ? found[limit - 1]?.sk : undefined;
      return { entries, ...defined({ next }) };
    },

    async discard(ref) {
      rows.delete(ref, () => true);
    },

    async due(shard, now, limit) {
      return rows
        .all()
        .flatMap(({ partition, id, remnant, dueShard, dueAt }) =>
          dueShard === shard && dueAt !== undefined && dueAt <= now
            ? [{ ref: { partition, id, ...defined({ remnant }) }, dueAt }]
            : [],
        )
        .sort((one, other) => one.dueAt - other.dueAt)
        .slice(0, limit);
    },

    async postpone({ ref, dueAt: seen }, dueAt) {
      rows.update(ref, (found) => found.dueAt === seen, { dueAt });
    },
  };
}

function active(found: ConnectionRecord, fence: Fence): boolean {
  return sameGeneration(found, fence) && found.status === 'active';
}
