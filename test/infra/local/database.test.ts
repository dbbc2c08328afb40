import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, test } from 'vitest';
import { operator } from '../../../infra/local/credentials.ts';
import { startDatabase } from '../../../infra/local/database.ts';
import type { Service } from '../../../infra/local/listen.ts';
import { region, tableName } from '../../../infra/local/template.ts';
import { dynamoTable } from '../../../lib/storage/table.ts';

const running: Service[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});

async function open(folder?: string) {
  const service = await startDatabase(0, folder === undefined ? {} : { folder });
  running.push(service);
  const client = new DynamoDBClient({ region, endpoint: service.url, credentials: operator });
  return { service, table: dynamoTable(DynamoDBDocumentClient.from(client), tableName) };
}

describe('the local table', () => {
  test('given records, when the database is stopped and started again, then they are still there', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'database-')), 'database');
    const before = await open(folder);
    await before.table.put({ pk: 'SUBJECT#a', sk: 'CONNECTION#1', v: 1 });
    await running.pop()?.stop();

    const after = await open(folder);
    expect(await after.table.get({ pk: 'SUBJECT#a', sk: 'CONNECTION#1' })).toMatchObject({ v: 1 });
  });

  test('given operations of two subjects, when one is queried by time, then only its own come, newest first', async () => {
    const { table } = await open();
    for (const [pk, createdAt] of [
      ['a', 1],
      ['a', 20],
      ['a', 3],
      ['b', 4],
    ] as const) {
      await table.put({ pk, sk: `OPERATION#${createdAt}`, createdAt });
    }
    await table.put({ pk: 'a', sk: 'CONNECTION#1' });
    const { items } = await table.query({
      pk: 'a',
      index: { name: 'byTime', pk: 'pk', sk: 'createdAt', consistent: true },
      descending: true,
      limit: 10,
    });
    expect(items.map(({ createdAt }) => createdAt)).toEqual([20, 3, 1]);
  });

  test('given connections that are due at several times, when the due index is asked, then only those by now come', async () => {
    const { table } = await open();
    for (const dueAt of [5, 10, 11]) {
      await table.put({ pk: `p${dueAt}`, sk: 'CONNECTION#1', dueShard: '0', dueAt });
    }
    const { items } = await table.query({
      pk: '0',
      index: { name: 'due', pk: 'dueShard', sk: 'dueAt', consistent: false },
      skAtMost: 10,
      limit: 10,
    });
    expect(items.map(({ pk }) => pk)).toEqual(['p5', 'p10']);
  });
});
