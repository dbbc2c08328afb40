import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { deleteApiKeys } from '../../lib/callers/api-keys.ts';
import { dynamoTable, type Key } from '../../lib/storage/table.ts';
import type { ConnectionRef } from '../../lib/vault/connection.ts';
import { eraseConnections } from '../../lib/vault/vault.ts';
import { type EndingVault, endingVault, noEnd } from './emergency-vault.ts';
import { type Clients, keysCommand } from './keys.ts';
import { regionIn } from './region.ts';
import { scanConnections } from './scan-connections.ts';

const usage = `Usage: npm run emergency -- <command> [--stage dev] [--region REGION] [--confirm STAGE]

  revoke-all    ends everything that somebody may have got hold of, in this order: API keys; sign-in
                links, flows and sessions; connections, all of them here first and then, one after the
                other, at their hosts; cached tokens of installations
  opening-key   makes a new pair of sealing keys, and ends all connections and cached tokens as above

Either may be killed and run again: it goes on with what is left. Users have to connect again.
Repositories, operations and the apps' own secrets stay.

--confirm   the stage's name once more, instead of being asked for it
--stage     names the tables and secrets. Credentials are the AWS SDK's own.
--region    as for npm run deploy. Default: AWS_REGION, or us-east-1
            PROVIDERS_FILE chooses another providers file, as for the deployment.`;

/** What sort keys of sessions, links and flows begin with; a token of an installation's. */
const signIns = ['LINK', 'FLOW#', 'SESSION#'];
const installations = ['TOKEN#'];
const deletionsAtOnce = 20;
/** Subjects whose connections are being ended at their hosts. */
const hostsAtOnce = 8;

/** Asks the operator for the stage's name. */
export type Confirm = (stage: string) => Promise<string>;

/** Runs one command; tells of each step as it is done. Throws with what is wrong. */
export async function emergencyCommand(
  args: readonly string[],
  clients: Clients,
  confirm: Confirm,
  tell: (line: string) => void,
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stage: { type: 'string', default: 'dev' },
      confirm: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { stage } = values;
  const [command] = positionals;
  if (values.help) return tell(usage);
  if (command !== 'revoke-all' && command !== 'opening-key') throw new Error(usage);
  if ((values.confirm ?? (await confirm(stage))) !== stage) {
    throw new Error(`Nothing was done: that is not the name of the stage, ${stage}.`);
  }
  if (command === 'opening-key') tell(await keysCommand(['rotate', '--stage', stage], clients));
  else await endCallers(clients, stage, tell);
  await endConnections(clients, stage, tell);
  const { deleted } = await deleteAll(clients, stage, installations);
  tell(
    `${deleted} cached tokens of installations deleted; they end at their hosts within an hour.`,
  );
}

/** Keys first: nobody may make a session while sessions are being ended. */
async function endCallers(clients: Clients, stage: string, tell: (line: string) => void) {
  const tables = [`forgebridge-${stage}-keys`, `forgebridge-${stage}`];
  let keys = 0;
  for (const name of tables) keys += await deleteApiKeys(dynamoTable(clients.documents, name));
  tell(`${keys} API keys ended. Containers that have just used one may take it for 30 s more.`);
  const { deleted } = await deleteAll(clients, stage, signIns);
  tell(`${deleted} sessions, links and flows ended.`);
}

/** All are ended here before the first host is asked, so that none works however slow hosts are. */
async function endConnections(clients: Clients, stage: string, tell: (line: string) => void) {
  const tableName = `forgebridge-${stage}`;
  const vault = await endingVault(clients, stage);
  const partitions = new Set<string>();
  const failed: string[] = [];
  let ended = 0;
  for await (const { ref } of scanConnections(clients.documents, tableName)) {
    partitions.add(ref.partition);
    try {
      if (await endNow(vault, ref)) ended += 1;
    } catch (error) {
      // One that cannot be read must not stand before all the others. Only errors are thrown there.
      failed.push(`${ref.partition} ${ref.id}: ${(error as Error).name}`);
    }
  }
  tell(`${ended} connections ended here: no token of theirs is handed out any more.`);
  const request = { caller: 'emergency', purpose: 'revoke all', timeLeft: () => noEnd };
  let removed = 0;
  let pending = 0;
  await inBatches([...partitions], hostsAtOnce, async (partition) => {
    try {
      const done = await eraseConnections(vault, partition, request);
      removed += done.removed;
      pending += done.pending;
    } catch (error) {
      // Only errors are thrown there.
      failed.push(`${partition}: ${(error as Error).name}`);
    }
  });
  tell(`${removed} connections ended at their hosts, where these can, and deleted.`);
  if (pending > 0) {
    failed.push(`${pending} hosts did not answer; idle care tries as well, for a week`);
  }
  if (failed.length > 0)
    throw new Error(['Not all is done. Run this again.', ...failed].join('\n'));
}

/** Whether it is ended only now. What has been waiting for its host waits no more. */
async function endNow({ store, now }: EndingVault, ref: ConnectionRef): Promise<boolean> {
  const at = now();
  if (ref.remnant === undefined && (await store.tombstone(ref, at, at)) !== undefined) return true;
  const { dueAt } = (await store.read(ref)) ?? {};
  if (dueAt !== undefined && dueAt > at) await store.postpone({ ref, dueAt }, at);
  return false;
}

/** Calls `act` for each, so many at once. */
async function inBatches<T>(all: readonly T[], size: number, act: (one: T) => Promise<unknown>) {
  for (let from = 0; from < all.length; from += size) {
    await Promise.all(all.slice(from, from + size).map(act));
  }
}

async function deleteAll({ documents }: Clients, stage: string, prefixes: readonly string[]) {
  const tableName = `forgebridge-${stage}`;
  const table = dynamoTable(documents, tableName);
  const pages = paginateScan(
    { client: documents },
    {
      TableName: tableName,
      ConsistentRead: true,
      ProjectionExpression: 'pk, sk',
      FilterExpression: prefixes.map((_, index) => `begins_with(sk, :p${index})`).join(' OR '),
      ExpressionAttributeValues: Object.fromEntries(
        prefixes.map((prefix, index) => [`:p${index}`, prefix]),
      ),
    },
  );
  let deleted = 0;
  for await (const { Items = [] } of pages) {
    const keys: Key[] = Items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    await inBatches(keys, deletionsAtOnce, (key) => table.delete(key));
    deleted += keys.length;
  }
  return { deleted };
}

async function askOperator(stage: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(
    `Everybody has to connect again. Type the name of the stage, ${stage}, to go on: `,
  );
  lines.close();
  return answer.trim();
}

if (import.meta.main) {
  try {
    const { region, args } = regionIn(process.argv.slice(2));
    const clients = {
      secrets: new SecretsManagerClient({ region }),
      documents: DynamoDBDocumentClient.from(new DynamoDBClient({ region })),
    };
    await emergencyCommand(args, clients, askOperator, (line) => console.log(line));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
