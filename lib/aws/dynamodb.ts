import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoTable, type Table } from '../storage/table.ts';
import { config } from './configuration.ts';
import { tableLimits } from './request-limits.ts';

let client: DynamoDBDocumentClient | undefined;
let cached: Table | undefined;
let cachedKeys: Table | undefined;

/** Made on first use and kept for the container's life. */
function documents(): DynamoDBDocumentClient {
  client ??= DynamoDBDocumentClient.from(
    new DynamoDBClient({ requestHandler: tableLimits, maxAttempts: 3 }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return client;
}

/** The table of everything but API keys. */
export function table(): Table {
  cached ??= dynamoTable(documents(), config().tableName);
  return cached;
}

/** The table of the API keys: no function may write there. */
export function keyTable(): Pick<Table, 'get'> {
  cachedKeys ??= dynamoTable(documents(), config().keyTableName);
  return cachedKeys;
}
