import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { operator } from '../../../infra/local/credentials.ts';
import { region, tableName } from '../../../infra/local/template.ts';
import { dynamoTable } from '../../../lib/storage/table.ts';
import { connectionStore } from '../../../lib/vault/vault.ts';
import { expectSameStores } from '../../simulation/same-stores.ts';
import { databases } from '../databases.ts';
import { missingForDynamoDbLocal } from '../dynamodb-local.ts';

test.each(databases)(
  'given any order of reads and writes, when they reach %s, then it does and answers what the store of the simulation does',
  async (_, startTables) => {
    const tables = await startTables();
    const client = new DynamoDBClient({ endpoint: tables.url, region, credentials: operator });
    try {
      const table = dynamoTable(DynamoDBDocumentClient.from(client), tableName);
      await expectSameStores(connectionStore(table), 100);
    } finally {
      client.destroy();
      await tables.stop();
    }
  },
);

const missing = await missingForDynamoDbLocal();

test(
  missing ?? 'given Java, when the slow tests run, then they run against DynamoDB Local as well',
  () => {
    // On a developer's machine the name of this test says it; in continuous integration it must be there.
    expect(missing === undefined || process.env.CI !== 'true').toBe(true);
    expect(databases).toHaveLength(missing === undefined ? 2 : 1);
  },
);
