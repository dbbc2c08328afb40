import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { operator } from '../../../infra/local/credentials.ts';
import { startDatabase } from '../../../infra/local/database.ts';
import { region, tableName } from '../../../infra/local/template.ts';

test('given writers that nobody waits for, when the database is stopped under them, then it ends what it began, and only then goes', async () => {
  const late: Error[] = [];
  const note = (error: Error) => late.push(error);
  process.prependListener('uncaughtException', note);
  try {
    for (let turn = 0; turn < 5; turn += 1) {
      const database = await startDatabase(0);
      const client = new DynamoDBClient({
        region,
        endpoint: database.url,
        credentials: operator,
        maxAttempts: 1,
      });
      const writes = Array.from({ length: 20 }, () => {
        const Item = { pk: { S: randomUUID() }, sk: { S: 'x' } };
        return client.send(new PutItemCommand({ TableName: tableName, Item })).catch(() => {});
      });
      await Promise.race(writes);
      client.destroy();
      await database.stop();
      await Promise.all(writes);
    }
    expect(late).toEqual([]);
  } finally {
    process.off('uncaughtException', note);
  }
});
