import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { opener, sealer } from '../../lib/sealing/sealing.ts';
import { dynamoTable } from '../../lib/storage/table.ts';
import { type ConnectionRef, connectionKey } from '../../lib/vault/connection.ts';
import { parseRecord } from '../../lib/vault/record.ts';
import { opened, placeOf } from '../../lib/vault/vouched.ts';
import { stage } from './deployment.ts';
import type { Ministack } from './ministack.ts';

const secretSchema = z.object({ SecretString: z.string() });

/** The table as its operator reaches it. */
function tableOf({ url, variables }: Ministack) {
  const client = new DynamoDBClient({
    endpoint: url,
    region: variables.AWS_REGION ?? '',
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  return dynamoTable(DynamoDBDocumentClient.from(client), `forgebridge-${stage}`);
}

/**
 * Lets a connection look as if these times of it were years ago, as only one can who may read both
 * sealing keys: to everybody else its record is refused.
 */
export async function age(
  ministack: Ministack,
  ref: ConnectionRef,
  times: readonly ('issuedAt' | 'expiresAt')[],
): Promise<void> {
  const secrets = ['seal', 'open'].map((name) => {
    const SecretId = `forgebridge/${stage}/keys/${name}`;
    return ['secretsmanager', 'get_secret_value', { SecretId }] as const;
  });
  const [seals, opens] = (await ministack.aws(secrets)).map((found) =>
    JSON.parse(secretSchema.parse(found).SecretString),
  );
  const table = tableOf(ministack);
  const item = await table.get(connectionKey(ref));
  if (item === undefined) throw new Error('there is no such connection');
  const record = parseRecord(item);
  const vault = { opener: opener(async () => opens.keys), count: () => {} };
  const seal = await sealer(async () => seals).ready();
  const there = times.filter((name) => record[name] !== undefined);
  const old = { ...record, ...Object.fromEntries(there.map((name) => [name, 1])) };
  const sealed: Record<string, string> = {};
  for (const field of ['access', 'refresh'] as const) {
    const token = await opened(vault, record, field);
    if (token !== undefined) sealed[field] = await seal(token, placeOf(old, field));
  }
  const { partition: _, id: __, remnant: ___, ...attributes } = old;
  await table.put({ ...item, ...attributes, ...sealed, ...connectionKey(ref) });
}
