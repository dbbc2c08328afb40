import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Scope, scopeNames } from '../../lib/api/scopes.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '../../lib/callers/api-keys.ts';
import { dynamoTable, type Table } from '../../lib/storage/table.ts';

const usage = `Usage: npm run apikeys -- <command> [--stage dev]

  create --name NAME --scope SCOPE [--scope SCOPE …]   makes a key and shows it, once
  list                                                 names, scopes and ids; never a key
  revoke --id ID                                       ends a key, within 30 s everywhere

Scopes: ${scopeNames.join(', ')}`;

/** Runs one command against `table`. Answers what is to be printed; throws with what is wrong. */
export async function apiKeysCommand(
  args: readonly string[],
  tableOf: (stage: string) => Table,
  now: number,
): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stage: { type: 'string', default: 'dev' },
      name: { type: 'string' },
      scope: { type: 'string', multiple: true, default: [] },
      id: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const table = tableOf(values.stage);
  const [command] = positionals;
  if (command === 'create' && values.name !== undefined && values.scope.length > 0) {
    const key = await createApiKey(table, { name: values.name, scopes: known(values.scope), now });
    return `${key.secret}\n\nThis is the only time it is shown. Its id is ${key.id}.`;
  }
  if (command === 'list') {
    const keys = await listApiKeys(table);
    return keys.length === 0 ? 'There are no keys yet.' : keys.map(row).join('\n');
  }
  if (command === 'revoke' && values.id !== undefined) {
    if (!(await revokeApiKey(table, values.id))) throw new Error(`No key has the id ${values.id}.`);
    return 'Revoked. Containers that have just used it may take it for 30 s more.';
  }
  if (values.help) return usage;
  throw new Error(usage);
}

function row(key: Awaited<ReturnType<typeof listApiKeys>>[number]): string {
  return `${key.id}  ${new Date(key.issuedAt).toISOString()}  ${key.name}  ${key.scopes.join(' ')}`;
}

function known(names: readonly string[]): readonly Scope[] {
  return names.map((name) => {
    const scope = scopeNames.find((candidate) => candidate === name);
    if (scope === undefined) throw new Error(`There is no scope ${name}.\n\n${usage}`);
    return scope;
  });
}

function tableOf(stage: string): Table {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  return dynamoTable(client, `forgebridge-${stage}`);
}

if (import.meta.main) {
  try {
    console.log(await apiKeysCommand(process.argv.slice(2), tableOf, Date.now()));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
