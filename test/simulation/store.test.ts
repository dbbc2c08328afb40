import { afterAll, beforeAll, test } from 'vitest';
import { connectionStore } from '../../lib/vault/table-store.ts';
import { type Database, startDynalite } from '../harness/dynalite.ts';
import { expectSameStores } from './same-stores.ts';

let database: Database;
beforeAll(async () => {
  database = await startDynalite();
});
afterAll(() => database.stop());

test('given any order of reads and writes, decided on versions however old, when they reach the store in memory and the one in DynamoDB, then both do and answer the same', async () => {
  await expectSameStores(connectionStore(database.table), 20);
});
