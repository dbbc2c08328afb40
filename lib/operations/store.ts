import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import type { SeedFile } from '../providers/provider.ts';
import type { Item, Table } from '../storage/table.ts';
import {
  ended,
  filesKey,
  nameKey,
  type OperationRecord,
  operationKey,
  operationPrefix,
  operationRecord,
  overdueShard,
} from './record.ts';

/** A record before its first write. */
export type NewRecord = Omit<OperationRecord, 'version' | 'write' | 'v'>;

/** Tells a record from the one that came after it under the same key. */
type Identity = Pick<OperationRecord, 'id' | 'createdAt'>;

/** Operations, their files and the names they hold, in the one table. */
export interface OperationStore {
  read(id: string): Promise<OperationRecord | undefined>;
  /** Writes the record unless there is one of this id; the one that stands is returned. */
  add(record: NewRecord): Promise<OperationRecord>;
  /**
   * Replaces the record by what `change` makes of it; undefined leaves it. `change` runs again on
   * the newer record when somebody else wrote in between, so it decides from its argument alone.
   *
   * @param of - whoever holds a record changes that one, and never the one that came after it under its
   * id, once it was erased.
   * @throws ForgebridgeError `NotFound` where it stands no more.
   */
  change(
    of: string | Identity,
    change: (record: OperationRecord) => OperationRecord | undefined,
  ): Promise<OperationRecord>;
  /** Newest first. `start` and `next` are the creation time and id of the last one of a page. */
  list(
    pk: string,
    limit: number,
    start?: Position,
  ): Promise<{ records: OperationRecord[]; next?: Position }>;
  /** Ids of what is due by `now` (epoch milliseconds), longest due first; lags behind the records. */
  due(now: number, limit: number): Promise<readonly string[]>;
  addFiles(record: NewRecord, files: readonly SeedFile[]): Promise<void>;
  files(record: OperationRecord): Promise<readonly SeedFile[]>;
  deleteFiles(record: OperationRecord): Promise<void>;
  /** The other, still living operation that holds the record's name, if any. */
  holder(record: NewRecord): Promise<string | undefined>;
  /** Whether the name is now held by this operation. */
  reserve(record: OperationRecord): Promise<boolean>;
  /** Whether the name is held by this operation, also after its end. */
  holds(record: OperationRecord): Promise<boolean>;
  release(record: OperationRecord): Promise<void>;
}

export interface Position {
  readonly createdAt: number;
  readonly id: string;
}

const changeAttempts = 20;

const storedFiles = z.object({
  files: z.array(z.object({ path: z.string(), bytes: z.instanceof(Uint8Array) })),
});
const reservation = z.object({ operation: z.string() });

/** The {@link OperationStore} over the one table. `random` (0 to 1) names writes. */
export function operationStore(table: Table, random: () => number): OperationStore {
  async function read(id: string) {
    const key = operationKey(id);
    const item = key === undefined ? undefined : await table.get(key);
    return item === undefined ? undefined : parse(item);
  }

  async function mustRead(id: string) {
    const record = await read(id);
    if (record === undefined) throw new ForgebridgeError('NotFound');
    return record;
  }

  async function mustReadThat(of: string | Identity) {
    if (typeof of === 'string') return mustRead(of);
    const record = await mustRead(of.id);
    if (record.createdAt !== of.createdAt) throw operationErased();
    return record;
  }

  async function holderOf(record: NewRecord) {
    const item = await table.get(nameKey(record));
    return item === undefined ? undefined : reservation.parse(item).operation;
  }

  async function alive(id: string) {
    const record = await read(id);
    return record !== undefined && !ended(record);
  }

  return {
    read,

    async add(record) {
      const item = { ...record, v: 1 as const, version: 1, write: writeName(random) };
      // One record per idempotency key: whoever comes second gets the first one's record, and so
      // does a writer whose own reply was lost, for whom both are the same.
      const added = await table.put(item, { expression: 'attribute_not_exists(pk)' });
      return added ? item : mustRead(record.id);
    },

    async change(of, change) {
      for (let attempt = 1; attempt <= changeAttempts; attempt += 1) {
        const current = await mustReadThat(of);
        const changed = change(current);
        if (changed === undefined) return current;
        const next = { ...changed, version: current.version + 1, write: writeName(random) };
        // Compare and swap: what `change` decided from is still what stands. A late writer
        // therefore decides again on the newer record, and never overwrites it. Not by its version,
        // which the record after an erased one can have as well.
        const swapped = await table.put(next, {
          expression: '#write = :write',
          names: { '#write': 'write' },
          values: { ':write': current.write },
        });
        if (swapped) return next;
        // The client repeats a write whose reply was lost, and then its own write fails the condition.
        const standing = await mustReadThat(of);
        if (standing.write === next.write) return standing;
      }
      throw new ForgebridgeError('ProviderUnavailable', { reason: 'record_contended' });
    },

    async list(pk, limit, start) {
      const { items, next } = await table.query({
        pk,
        index: { name: 'byTime', pk: 'pk', sk: 'createdAt', consistent: true },
        limit,
        descending: true,
        ...(start === undefined
          ? {}
          : { start: { pk, sk: operationPrefix + start.id, createdAt: start.createdAt } }),
      });
      const records = items.map(parse);
      const last = records.at(-1);
      return {
        records,
        ...(next === undefined || last === undefined
          ? {}
          : { next: { id: last.id, createdAt: last.createdAt } }),
      };
    },

    async due(now, limit) {
      const index = { name: 'due', pk: 'dueShard', sk: 'dueAt', consistent: false };
      const { items } = await table.query({ pk: overdueShard, index, skAtMost: now, limit });
      return items.map(({ sk }) => String(sk).slice(operationPrefix.length));
    },

    async addFiles(record, files) {
      const item = {
        ...filesKey(record),
        v: 1,
        ttl: record.ttl,
        files: files.map(({ path, content }) => ({ path, bytes: Buffer.from(content, 'base64') })),
      };
      // The fingerprint in the key makes the contents a function of the key: first writer wins,
      // and a second one would have written the same.
      await table.put(item, { expression: 'attribute_not_exists(pk)' });
    },

    async files(record) {
      const item = await table.get(filesKey(record));
      if (item === undefined) throw new ForgebridgeError('NotFound', { reason: 'files_missing' });
      return storedFiles.parse(item).files.map(({ path, bytes }) => ({
        path,
        content: Buffer.from(bytes).toString('base64'),
      }));
    },

    async deleteFiles(record) {
      // Unconditional: only this operation has that key, and it needs the contents no more.
      await table.delete(filesKey(record));
    },

    async holder(record) {
      const holder = await holderOf(record);
      if (holder === undefined || holder === record.id) return undefined;
      return (await alive(holder)) ? holder : undefined;
    },

    async reserve(record) {
      const key = nameKey(record);
      const item = { ...key, v: 1, operation: record.id, ttl: record.ttl };
      // Free, or mine already: a repeated write must not take its own first one for a stranger's.
      const mine = { names: { '#op': 'operation' }, values: { ':mine': record.id } };
      const free = 'attribute_not_exists(pk) OR #op = :mine';
      if (await table.put(item, { expression: free, ...mine })) return true;
      const holder = await holderOf(record);
      if (holder === undefined || (await alive(holder))) return false;
      // Taken over only from the ended operation just seen: two that try at once cannot both win.
      return table.put(item, {
        expression: '#op = :mine OR #op = :ended',
        names: mine.names,
        values: { ...mine.values, ':ended': holder },
      });
    },

    async holds(record) {
      return (await holderOf(record)) === record.id;
    },

    async release(record) {
      // Mine still: a successor's reservation stays.
      await table.delete(nameKey(record), {
        expression: '#op = :mine',
        names: { '#op': 'operation' },
        values: { ':mine': record.id },
      });
    },
  };
}

/** What was asked for is of a record that was erased. Another may stand there since, under the same key. */
export function operationErased(): ForgebridgeError {
  return new ForgebridgeError('NotFound', { reason: 'operation_erased' });
}

/** With what another version may have added: a write of this one must not lose it. */
function parse(item: Item): OperationRecord {
  return { ...item, ...operationRecord.parse(item) };
}

function writeName(random: () => number): string {
  return Math.floor(random() * 2 ** 52).toString(36);
}
