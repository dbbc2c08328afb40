import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operationId, operationKey } from '../../../lib/operations/record.ts';
import { type NewRecord, operationStore } from '../../../lib/operations/store.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { Table } from '../../../lib/storage/table.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';

let database: Database;
beforeAll(async () => {
  database = await startDynalite();
});
afterAll(() => database.stop());

/** A record of a subject of its own, for the name `mine` at that provider. */
function newRecord(provider: string, key: string): NewRecord {
  const pk = subjectPartition(`${provider}-${key}`);
  const id = operationId(pk, key);
  return {
    ...(operationKey(id) ?? { pk, sk: '' }),
    id,
    status: 'pending',
    fingerprint: key,
    connection: 'connection',
    provider,
    plan: {
      strategy: 'create',
      namespace: 'example',
      name: 'mine',
      includeAllBranches: false,
      visibility: 'private',
      marked: true,
      settings: {},
      files: 0,
      commitMessage: 'Seed',
      onFailure: 'keep',
    },
    labels: {},
    steps: [],
    creatingCalls: 0,
    cancelRequested: false,
    deleted: false,
    announced: false,
    createdAt: 1,
    deadline: 2,
    ttl: 3,
  };
}

/** The client repeats a write whose reply was lost: what is seen is the answer to the second one. */
function repeating(table: Table): Table {
  return {
    ...table,
    async put(item, condition) {
      await table.put(item, condition);
      return table.put(item, condition);
    },
    async delete(key, condition) {
      await table.delete(key, condition);
      return table.delete(key, condition);
    },
  };
}

const counted = (record: { creatingCalls: number }) => record.creatingCalls + 1;

describe('writes whose replies are lost', () => {
  test('given an operation, when it is added and changed, then each change is made once and known as ours', async () => {
    const store = operationStore(repeating(database.table), Math.random);
    const { id } = await store.add(newRecord('lost', 'a'));
    for (let times = 0; times < 5; times += 1) {
      await store.change(id, (record) => ({ ...record, creatingCalls: counted(record) }));
    }
    expect(await store.read(id)).toMatchObject({ creatingCalls: 5, version: 6 });
  });

  test('given a free name, when it is reserved and released, then it is ours and then free', async () => {
    const store = operationStore(repeating(database.table), Math.random);
    const [one, two] = [
      await store.add(newRecord('names', 'a')),
      await store.add(newRecord('names', 'b')),
    ];
    expect(await store.reserve(one)).toBe(true);
    expect(await store.reserve(two)).toBe(false);
    expect(await store.holder(two)).toBe(one.id);
    await store.release(two);
    expect(await store.holder(two)).toBe(one.id);
    await store.release(one);
    expect(await store.reserve(two)).toBe(true);
  });
});

describe('writers at once', () => {
  test('given 15 changes at once, when all are made, then none is lost', async () => {
    const store = operationStore(database.table, Math.random);
    const { id } = await store.add(newRecord('race', 'a'));
    const change = () =>
      store.change(id, (record) => ({ ...record, creatingCalls: counted(record) }));
    await Promise.all(Array.from({ length: 15 }, change));
    expect(await store.read(id)).toMatchObject({ creatingCalls: 15 });
  });

  test('given the holder of a name has ended, when two take it over at once, then one gets it', async () => {
    const store = operationStore(database.table, Math.random);
    const [old, ...others] = await Promise.all(
      ['a', 'b', 'c', 'd'].map((key) => store.add(newRecord('takeover', key))),
    );
    if (old === undefined) throw new Error('it was added');
    await store.reserve(old);
    await store.change(old.id, (record) => ({ ...record, status: 'failed' }));
    const taken = await Promise.all(others.map((each) => store.reserve(each)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });
});
