import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoTable, type Table } from '../storage/table.ts';
import { config } from './configuration.ts';

/** Time limits of one AWS request: a call that hangs must not eat the function's whole life. */
export const requestLimits = limits({ connectionTimeout: 1_000, requestTimeout: 3_000 });

/**
 * The table answers in milliseconds. A write of new tokens has five seconds in all, and must be able
 * to be tried again in them (lib/lease/timing.ts).
 */
const tableLimits = limits({ connectionTimeout: 500, requestTimeout: 1_000 });

/** Milliseconds. Unless told to throw, the SDK only warns, and waits on. */
function limits(milliseconds: { connectionTimeout: number; requestTimeout: number }) {
  return { ...milliseconds, throwOnRequestTimeout: true };
}

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
