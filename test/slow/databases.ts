import { startDatabase } from '../../infra/local/database.ts';
import { missingForDynamoDbLocal, startDynamoDbLocal, type Tables } from './dynamodb-local.ts';

/** What the tests of this folder run against, by name. */
export const databases: readonly (readonly [string, () => Promise<Tables>])[] = [
  ['dynalite', () => startDatabase(0)],
  ...((await missingForDynamoDbLocal()) === undefined
    ? [['DynamoDB Local', startDynamoDbLocal] as const]
    : []),
];
