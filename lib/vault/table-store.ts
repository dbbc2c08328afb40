import { clockSkew, longestCooldown } from '../lease/timing.ts';
import { defined } from '../primitives/defined.ts';
import type { Item, Table } from '../storage/table.ts';
import { type ConnectionRef, connectionAt, connectionKey, connectionsOf } from './connection.ts';
import {
  type ConnectionRecord,
  type Fence,
  listItem,
  parseRecord,
  recordVersion,
} from './record.ts';
import { careAt } from './schedule.ts';
import type { ConnectionStore } from './store.ts';
import { expression, update } from './table-update.ts';

/** The {@link ConnectionStore} over the one table. Why each condition is there: see the port. */
export function connectionStore(table: Table): ConnectionStore {
  return {
    async read(ref) {
      const item = await table.get(connectionKey(ref));
      return item && parseRecord(item);
    },

    put(record, replaced) {
      return table.put(
        { ...connectionKey(record), ...attributesOf(record) },
        replaced === undefined
          ? expression('attribute_not_exists(#pk)', {})
          : expression(sameFence, fenceValues(replaced)),
      );
    },

    async takeLease(fence, lease, now) {
      const held = await update(table, fence, {
        set: { leaseId: lease.id, leaseUntil: lease.until },
        condition: `${sameFence} AND #status = :active
          AND (attribute_not_exists(#leaseUntil) OR #leaseId = :mine OR #leaseUntil < :dead)
          AND (attribute_not_exists(#nextTryAt) OR #nextTryAt <= :now OR #nextTryAt > :longest)`,
        values: {
          ...fenceValues(fence),
          ':active': 'active',
          ':mine': lease.id,
          ':dead': now - clockSkew,
          ':now': now,
          ':longest': now + longestCooldown + clockSkew,
        },
      });
      return held && { ...held, leaseId: lease.id };
    },

    async shortenLease(seen, until) {
      await update(table, seen, {
        set: { leaseUntil: until },
        condition: '#leaseId = :seenId AND #leaseUntil = :seenUntil',
        values: { ':seenId': seen.leaseId, ':seenUntil': seen.leaseUntil },
      });
    },

    storeTokens(fence, tokens, now) {
      return update(table, fence, {
        set: { ...absentTokens, ...tokens, ...noLease, ...notBroken, updatedAt: now },
        condition: `${sameFence} AND #status <> :revoked`,
        values: { ...fenceValues(fence), ':revoked': 'revoked' },
      });
    },

    async release(held, { nextTryAt, inDoubt }) {
      await update(table, held, {
        set: { ...(inDoubt ? { leaseUntil: 0 } : noLease), nextTryAt },
        condition: '#leaseId = :mine',
        values: { ':mine': held.leaseId },
      });
    },

    async markBroken(fence, reason, now) {
      const marked = await update(table, fence, {
        set: {
          status: 'reconnect_required',
          reason,
          updatedAt: now,
          ...notVouched,
          ...noLease,
          ...noCare,
        },
        condition: `${sameFence} AND #status = :active`,
        values: { ...fenceValues(fence), ':active': 'active' },
      });
      return marked !== undefined;
    },

    async noteRefusals(fence, { refusals, refusedAt, nextTryAt }) {
      await update(table, fence, {
        set: { refusals, refusedAt, nextTryAt },
        condition: `${sameFence} AND #status = :active`,
        values: { ...fenceValues(fence), ':active': 'active' },
      });
    },

    async noteAccount(fence, account, now) {
      await update(table, fence, {
        set: { account, updatedAt: now },
        condition: '#grant = :heldGrant AND #status <> :revoked',
        values: { ':heldGrant': fence.grant, ':revoked': 'revoked' },
      });
    },

    tombstone(ref, now, dueAt, grant) {
      return update(table, ref, {
        set: {
          status: 'revoked',
          updatedAt: now,
          ...notVouched,
          ...noLease,
          ...careAt(ref.id, dueAt),
        },
        condition: `attribute_exists(#pk) AND #status <> :gone${grant ? ' AND #grant = :ours' : ''}`,
        values: { ':gone': 'revoked', ...defined({ ':ours': grant }) },
      });
    },

    async keepRemnant(record, dueAt) {
      const { partition, id, grant, gen } = record;
      const rested = { ...notVouched, ...noLease, nextTryAt: undefined };
      await update(
        table,
        { partition, id, remnant: `${grant}#${gen}` },
        {
          set: { ...attributesOf(record), ...rested, status: 'revoked', ...careAt(id, dueAt) },
          condition: 'attribute_not_exists(#pk)',
          values: {},
        },
      );
    },

    async remove(fence) {
      await table.delete(
        connectionKey(fence),
        expression('#grant = :heldGrant AND #status = :revoked', {
          ':heldGrant': fence.grant,
          ':revoked': 'revoked',
        }),
      );
    },

    async reseal(record, sealed) {
      const resealed = await update(table, record, {
        set: { ...sealed },
        condition: `${sameFence} AND #access = :seen AND #status = :stood`,
        values: { ...fenceValues(record), ':seen': record.access, ':stood': record.status },
      });
      return resealed !== undefined;
    },

    async entries(partition, prefix, limit, after) {
      const start = after === undefined ? undefined : { pk: partition, sk: after };
      const query = { pk: partition, skPrefix: prefix, limit, ...defined({ start }) };
      const { items, next } = await table.query(query);
      return { entries: items.flatMap(entryOf), ...defined({ next: next && String(next.sk) }) };
    },

    async discard(ref) {
      await table.delete(connectionKey(ref));
    },

    async shown(partition, options) {
      const { items, next } = await connectionsOf(table, partition, options);
      return { listed: items.map(listItem), ...defined({ next }) };
    },

    async due(shard, now, limit) {
      const index = { name: 'due', pk: 'dueShard', sk: 'dueAt', consistent: false };
      const { items } = await table.query({ pk: shard, index, skAtMost: now, limit });
      return items.flatMap((item) => {
        const ref = connectionAt({ pk: String(item.pk), sk: String(item.sk) });
        return ref === undefined ? [] : [{ ref, dueAt: Number(item.dueAt) }];
      });
    },

    async postpone({ ref, dueAt: seen }, dueAt) {
      await update(table, ref, {
        set: { dueAt },
        condition: '#dueAt = :seen',
        values: { ':seen': seen },
      });
    },
  };
}

function entryOf(item: Item): { ref: ConnectionRef; record?: ConnectionRecord }[] {
  const ref = connectionAt({ pk: String(item.pk), sk: String(item.sk) });
  if (ref === undefined) return [];
  try {
    return [{ ref, record: parseRecord(item) }];
  } catch {
    return [{ ref }];
  }
}

const sameFence = '#gen = :heldGen AND #grant = :heldGrant';

function fenceValues({ gen, grant }: Fence) {
  return { ':heldGen': gen, ':heldGrant': grant };
}

function attributesOf({ partition: _, id: __, remnant: ___, ...attributes }: ConnectionRecord) {
  return { v: recordVersion, ...attributes };
}

const noLease = { leaseId: undefined, leaseUntil: undefined };
/** Nobody can make it again from what is left: see vouched.ts. */
const notVouched = { vouch: undefined };
const noCare = { dueShard: undefined, dueAt: undefined };
const notBroken = {
  status: 'active',
  reason: undefined,
  nextTryAt: undefined,
  refusals: undefined,
  refusedAt: undefined,
};
/** A generation's optional attributes: what the new one lacks must not stay from the old one. */
const absentTokens = {
  refresh: undefined,
  scopes: undefined,
  expiresAt: undefined,
  refreshExpiresAt: undefined,
  vouch: undefined,
  vouchHash: undefined,
  ...noCare,
};
