import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { scopeNames } from '../../lib/api/scopes.ts';
import { createApiKey, findApiKey } from '../../lib/callers/api-keys.ts';
import { dynamoTable, type Table } from '../../lib/storage/table.ts';
import { newKeys } from '../cli/keys.ts';
import { operator } from './credentials.ts';
import type { SecretFile } from './secrets-manager.ts';
import { keyTableName, region, secretPrefix } from './template.ts';

/** The keys that seal and open tokens: made once, then kept. */
export async function sealingKeys(secrets: SecretFile): Promise<void> {
  const [seal, open] = [`${secretPrefix}/keys/seal`, `${secretPrefix}/keys/open`];
  if (secrets.get(seal) !== undefined && secrets.get(open) !== undefined) return;
  const keyring = await newKeys();
  secrets.put(open, JSON.stringify(keyring.open));
  secrets.put(seal, JSON.stringify(keyring.seal));
}

/** The demo product's API key, with every scope; made anew when the table no longer knows it. */
export async function demoApiKey(databaseUrl: string, file: string): Promise<string> {
  const client = new DynamoDBClient({ region, endpoint: databaseUrl, credentials: operator });
  const table = dynamoTable(DynamoDBDocumentClient.from(client), keyTableName);
  try {
    return (await knownKey(table, file)) ?? (await newKey(table, file));
  } finally {
    client.destroy();
  }
}

async function knownKey(table: Table, file: string): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  const secret = readFileSync(file, 'utf8').trim();
  return (await findApiKey(table, secret, Date.now())) === undefined ? undefined : secret;
}

async function newKey(table: Table, file: string): Promise<string> {
  const key = { name: 'demo product', scopes: scopeNames, now: Date.now() };
  const { secret } = await createApiKey(table, key);
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}
