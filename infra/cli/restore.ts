import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoTable } from '../../lib/storage/table.ts';
import { connectionStore, markRestored } from '../../lib/vault/vault.ts';
import { regionIn } from './region.ts';
import { scanConnections } from './scan-connections.ts';

const usage = `Usage: npm run restore -- [--stage dev] [--region REGION] [--at TIME]

Run this once after a backup of the table was restored, before traffic returns. Refresh tokens in a
backup may have been used since, and can be used only once: every refreshable connection is marked
reconnect_required, and its user asked to connect again. Tokens that never expire stay.

--at     ISO time of the restore; connections made or refreshed after it are left alone.
         Default: now. Give it when you run the command again.
--stage  names the table forgebridge-STAGE. Credentials are the AWS SDK's own.
--region as for npm run deploy. Default: AWS_REGION, or us-east-1`;

/** Runs the command against the restored table. Answers what is to be printed; throws with what is wrong. */
export async function restoreCommand(
  args: readonly string[],
  documents: DynamoDBDocumentClient,
  now: () => number,
): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stage: { type: 'string', default: 'dev' },
      at: { type: 'string', default: new Date(now()).toISOString() },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return usage;
  const restoredAt = Date.parse(values.at);
  if (Number.isNaN(restoredAt)) throw new Error(usage);

  const tableName = `forgebridge-${values.stage}`;
  const store = connectionStore(dynamoTable(documents, tableName));
  let seen = 0;
  let marked = 0;
  for await (const { ref } of scanConnections(documents, tableName)) {
    seen += 1;
    if (await markRestored({ store, now }, ref, restoredAt)) marked += 1;
  }
  return `Marked ${marked} of ${seen} connections; their users must connect again.`;
}

if (import.meta.main) {
  try {
    const { region, args } = regionIn(process.argv.slice(2));
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region }));
    console.log(await restoreCommand(args, documents, Date.now));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
