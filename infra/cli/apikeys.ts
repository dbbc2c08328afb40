import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Scope, scopeNames } from '../../lib/api/scopes.ts';
import {
  type ApiKey,
  copyApiKeys,
  createApiKey,
  deleteApiKeys,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
} from '../../lib/callers/api-keys.ts';
import { isNetwork, type KeyLimits } from '../../lib/callers/key-limits.ts';
import { forgetKeyUse, lastKeyUse } from '../../lib/callers/key-uses.ts';
import { defined } from '../../lib/primitives/defined.ts';
import { rfc3339 } from '../../lib/primitives/time.ts';
import { dynamoTable, type Table } from '../../lib/storage/table.ts';
import { regionIn } from './region.ts';

const usage = `Usage: npm run apikeys -- <command> [--stage dev] [--region REGION]

  create --name NAME --scope SCOPE [--scope SCOPE …] [limits]
                              makes a key and shows it, once
  list                        names, scopes, limits, last use (to the hour) and ids; never a key
  rotate --id ID [--hours 24] makes another key like it; the old one ends after so many hours
  revoke --id ID              ends a key, within 30 s everywhere
  move [--finish]             copies the keys of an older version to the table they have now; once all
                              functions read there, --finish deletes them where they were

Limits, so that a key that leaks is worth less; each but the first and last can be given several times:
  --days N                    it ends after so many days
  --provider ID               reaches this provider
  --subject PREFIX            acts for subjects that begin so
  --installation ID           reaches this installation
  --network ADDRESS/LENGTH    is used from this network
  --rate N                    requests a second that one container takes from it

Without --region they go where npm run deploy goes: to AWS_REGION, or us-east-1.

Scopes: ${scopeNames.join(', ')}`;

const hour = 3_600_000;
const several = { type: 'string', multiple: true } as const;

function parsed(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stage: { type: 'string', default: 'dev' },
      name: { type: 'string' },
      scope: { ...several, default: [] },
      id: { type: 'string' },
      hours: { type: 'string', default: '24' },
      days: { type: 'string' },
      provider: several,
      subject: several,
      installation: several,
      network: several,
      rate: { type: 'string' },
      finish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
}

type Values = ReturnType<typeof parsed>['values'];

/**
 * Where a stage's keys are looked up, the table they have, and the one of everything else: there keys
 * stood before that, and there is noted when they were used.
 */
export interface KeyTables {
  readonly inUse: Table;
  readonly own: Table;
  readonly before: Table;
}

/** Runs one command against the tables. Answers what is to be printed; throws with what is wrong. */
export async function apiKeysCommand(
  args: readonly string[],
  tablesOf: (stage: string) => KeyTables,
  now: number,
): Promise<string> {
  const { values, positionals } = parsed(args);
  const tables = tablesOf(values.stage);
  const table = tables.inUse;
  const [command] = positionals;
  if (command === 'create' && values.name !== undefined && values.scope.length > 0) {
    return create(table, { ...values, name: values.name }, now);
  }
  if (command === 'list') {
    const keys = await listApiKeys(table);
    const rows = keys.map(async (key) => row(key, await lastKeyUse(tables.before, key.id)));
    return keys.length === 0 ? 'There are no keys yet.' : (await Promise.all(rows)).join('\n');
  }
  if (command === 'rotate' && values.id !== undefined) {
    const overlap = number('--hours', values.hours) * hour;
    const key = await rotateApiKey(table, { id: values.id, overlap, now });
    if (key === undefined) throw noKey(values.id);
    return `${shown(key)}\nThe old one ends in ${values.hours} hours.`;
  }
  if (command === 'revoke' && values.id !== undefined) {
    return revoke(tables, values.id);
  }
  if (command === 'move') return values.finish ? finishMove(tables) : move(tables);
  if (values.help) return usage;
  throw new Error(usage);
}

/** Ends a key wherever it stands: a copy that was left behind must not come back. */
async function revoke({ own, before }: KeyTables, id: string): Promise<string> {
  const ended = [await revokeApiKey(own, id), await revokeApiKey(before, id)];
  if (!ended.includes(true)) throw noKey(id);
  await forgetKeyUse(before, id);
  return 'Revoked. Containers that have just used it may take it for 30 s more.';
}

async function move({ own, before }: KeyTables): Promise<string> {
  const { copied, found } = await copyApiKeys(before, own);
  return `Copied ${copied} of ${found} keys. Deploy, then: move --finish.`;
}

async function finishMove({ own, before }: KeyTables): Promise<string> {
  const moved = new Set((await listApiKeys(own)).map(({ id }) => id));
  const left = (await listApiKeys(before)).filter(({ id }) => !moved.has(id));
  if (left.length > 0) throw new Error(`${left.length} keys have not moved yet: move first.`);
  return `Deleted ${await deleteApiKeys(before)} keys where they were.`;
}

async function create(table: Table, values: Values & { readonly name: string }, now: number) {
  const { name } = values;
  const taken = (await listApiKeys(table)).find((key) => key.name === name);
  if (taken !== undefined) {
    throw new Error(
      `The key ${taken.id} has the name ${name} already: choose another, or rotate it.`,
    );
  }
  return shown(
    await createApiKey(table, {
      name,
      scopes: known(values.scope),
      limits: limitsOf(values, now),
      now,
    }),
  );
}

function shown(key: { readonly secret: string; readonly id: string }): string {
  return `${key.secret}\n\nThis is the only time it is shown. Its id is ${key.id}.`;
}

function limitsOf(values: Values, now: number): KeyLimits {
  const wrong = values.network?.find((network) => !isNetwork(network));
  if (wrong !== undefined) throw new Error(`${wrong} is no network: write 192.0.2.0/24 or so.`);
  return defined({
    expiresAt:
      values.days === undefined ? undefined : now + number('--days', values.days) * 24 * hour,
    providers: values.provider,
    subjects: values.subject,
    installations: values.installation,
    networks: values.network,
    perSecond: values.rate === undefined ? undefined : number('--rate', values.rate),
  });
}

function row(key: ApiKey, usedAt: number | undefined): string {
  const {
    id,
    issuedAt,
    name,
    scopes,
    limits: { expiresAt, ...limits },
  } = key;
  const narrowed = Object.entries(limits).map(([limit, to]) => `${limit}: ${to}`);
  const ends = expiresAt === undefined ? [] : [`ends ${rfc3339(expiresAt)}`];
  const used = usedAt === undefined ? 'not used yet' : `used ${rfc3339(usedAt)}`;
  return [id, rfc3339(issuedAt), name, scopes.join(' '), ...narrowed, ...ends, used].join('  ');
}

function number(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Error(`${option} takes a whole number from 1, not ${text}.`);
}

function noKey(id: string): Error {
  return new Error(`No key has the id ${id}. npm run apikeys -- list shows them.`);
}

function known(names: readonly string[]): readonly Scope[] {
  return names.map((name) => {
    const scope = scopeNames.find((candidate) => candidate === name);
    if (scope === undefined) throw new Error(`There is no scope ${name}.\n\n${usage}`);
    return scope;
  });
}

/** As the functions are told: `KEY_TABLE_NAME` while keys move, otherwise the table they have. */
function tablesOf(stage: string, region: string): KeyTables {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region }));
  const own = `forgebridge-${stage}-keys`;
  return {
    inUse: dynamoTable(client, process.env.KEY_TABLE_NAME || own),
    own: dynamoTable(client, own),
    before: dynamoTable(client, `forgebridge-${stage}`),
  };
}

if (import.meta.main) {
  try {
    const { region, args } = regionIn(process.argv.slice(2));
    const tables = (stage: string) => tablesOf(stage, region);
    console.log(await apiKeysCommand(args, tables, Date.now()));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
