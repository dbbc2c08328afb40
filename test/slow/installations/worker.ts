import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Keyring } from '../../../infra/cli/keys.ts';
import type { HostSettings } from '../../../infra/local/sandbox/options.ts';
import { isForgebridgeError } from '../../../lib/errors.ts';
import { installationToken } from '../../../lib/installations/tokens.ts';
import { dynamoTable } from '../../../lib/storage/table.ts';
import { appOf, containerVault } from '../../lib/installations/tokens-container.ts';

/** What one process is to do: `callers` requests for the installation at once. */
export interface Errand {
  readonly databaseUrl: string;
  readonly tableName: string;
  readonly keyring: Keyring;
  readonly host: HostSettings;
  readonly installationId: string;
  readonly callers: number;
}

/** One word for each caller: the token, or the code of the error. */
async function run(errand: Errand): Promise<readonly string[]> {
  const client = new DynamoDBClient({
    endpoint: errand.databaseUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const table = dynamoTable(DynamoDBDocumentClient.from(client), errand.tableName);
  const wait = async (milliseconds: number) => void (await sleep(milliseconds));
  const vault = containerVault({ table, keyring: errand.keyring, now: Date.now, sleep: wait });
  const app = await appOf(errand.host, Date.now);
  /** As callers are told to: who waited in vain for somebody else's mint asks again. */
  const ask = async (): Promise<string> => {
    try {
      return (await installationToken(vault, app.request(errand.installationId))).token;
    } catch (error) {
      if (!isForgebridgeError(error)) throw error;
      if (error.code !== 'RefreshInProgress') return error.code;
      await sleep((error.details.retryAfter ?? 1) * 1_000);
      return ask();
    }
  };
  return Promise.all(Array.from({ length: errand.callers }, ask));
}

// The parent sends this module's own message, and nobody else talks to it.
process.once('message', async (errand) => {
  process.send?.(await run(errand as Errand), () => process.disconnect());
});
process.send?.('ready');
