import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoTable, type Table } from '../storage/table.ts';
import { config } from './config.ts';

/** Time limits of one AWS request: a call that hangs must not eat the function's whole life. */
export const requestLimits = {
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  // Without it the SDK only warns, and waits on.
  throwOnRequestTimeout: true,
};

let cached: Table | undefined;

/** The table, its client made on first use and kept for the container's life. */
export function table(): Table {
  cached ??= dynamoTable(
    DynamoDBDocumentClient.from(
      new DynamoDBClient({ requestHandler: requestLimits, maxAttempts: 3 }),
      { marshallOptions: { removeUndefinedValues: true } },
    ),
    config().tableName,
  );
  return cached;
}
