import type { Server } from 'node:http';
import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { listenForData } from '../../infra/local/database.ts';
import { keyTableName, tableDefinitions, tableName } from '../../infra/local/template.ts';
import { dynamoTable, type Table } from '../../lib/storage/table.ts';

/** A DynamoDB on localhost that holds the tables as infra/cloudformation/table.yml describes them. */
export interface Database {
  readonly url: string;
  readonly tableName: string;
  readonly table: Table;
  readonly keyTable: Table;
  readonly client: DynamoDBDocumentClient;
  /** The operation of every request so far, in order: `GetItem`, `UpdateItem`, … */
  readonly calls: readonly string[];
  /** Another client, as another container would have. `url` may be a proxy in front of this one. */
  connect(url?: string): Table;
  stop(): Promise<void>;
}

/** Starts it, in memory, on a free port. */
export async function startDynalite(): Promise<Database> {
  const calls: string[] = [];
  const server: Server = dynalite({ createTableMs: 0 });
  server.on('request', ({ headers }) => {
    calls.push(String(headers['x-amz-target']).split('.').at(-1) ?? '');
  });
  const service = await listenForData(server, 0);
  const clients: DynamoDBClient[] = [];

  function clientOf(url: string): DynamoDBDocumentClient {
    const client = new DynamoDBClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      retryStrategy: threeTriesAtOnce,
    });
    clients.push(client);
    return DynamoDBDocumentClient.from(client);
  }

  const client = clientOf(service.url);
  for (const definition of tableDefinitions()) {
    // The template is checked where it is deployed; here dynalite itself refuses what is no table.
    await client.send(
      new CreateTableCommand(definition as ConstructorParameters<typeof CreateTableCommand>[0]),
    );
  }
  calls.length = 0;

  return {
    url: service.url,
    tableName,
    client,
    table: dynamoTable(client, tableName),
    keyTable: dynamoTable(client, keyTableName),
    calls,
    connect: (url = service.url) => dynamoTable(clientOf(url), tableName),
    async stop() {
      for (const each of clients) each.destroy();
      await service.stop();
    },
  };
}

const again = (retries: number) => ({ getRetryCount: () => retries, getRetryDelay: () => 0 });

/** Tries as often as the functions' own client, and what that tries, without its pauses. */
const threeTriesAtOnce: NonNullable<DynamoDBClientConfig['retryStrategy']> = {
  acquireInitialRetryToken: async () => again(0),
  async refreshRetryTokenForRetry(token, { errorType }) {
    const passing = errorType === 'THROTTLING' || errorType === 'TRANSIENT';
    if (!passing || token.getRetryCount() >= 2) throw new Error('not again');
    return again(token.getRetryCount() + 1);
  },
  recordSuccess() {},
};
