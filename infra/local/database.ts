import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { defined } from '../../lib/primitives/defined.ts';
import { type Guard, replyError } from './aws-json.ts';
import { operator } from './credentials.ts';
import { listen, type Service } from './listen.ts';
import { forItsOwner } from './own-requests.ts';
import { region, tableDefinitions } from './template.ts';

interface DatabaseOptions {
  /** Where it is kept; in memory when missing. */
  readonly folder?: string;
  readonly guard?: Guard;
}

/** DynamoDB with the deployed tables. */
export async function startDatabase(
  port: number,
  { folder, guard }: DatabaseOptions = {},
): Promise<Service> {
  const database = dynalite({
    ...defined({ path: folder }),
    createTableMs: 0,
  });
  if (guard !== undefined) guardRequests(database, guard);
  const service = await listenForData(forItsOwner(database), port);
  const client = new DynamoDBClient({ region, endpoint: service.url, credentials: operator });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const definition of tableDefinitions()) {
    const { TableName } = definition;
    if (TableNames.includes(TableName)) continue;
    // The definition is CloudFormation's, whose property names are those of the API.
    await client.send(new CreateTableCommand(definition as CreateTableCommandInput));
    const pace = { maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.1 };
    await waitUntilTableExists({ client, ...pace }, { TableName });
  }
  client.destroy();
  return service;
}

/**
 * Serves until it is stopped, and then ends what it has begun: dynalite reads and writes on behind a
 * connection that is gone, and a database that was closed meanwhile ends the whole process.
 */
export async function listenForData(server: Server, port: number): Promise<Service> {
  let begun = 0;
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    begun += 1;
    const end = response.end.bind(response);
    // Called once for each request, whether anybody still listens or not.
    response.end = ((...given: Parameters<typeof end>) => {
      begun -= 1;
      return end(...given);
    }) as typeof end; // its overloads, all handed on
  });
  const { url, stop } = await listen(server, port);
  return {
    url,
    async stop() {
      const patience = AbortSignal.timeout(longestRequest);
      while (begun > 0 && !patience.aborted) await turn();
      await stop();
    },
  };
}

/** Milliseconds. */
const longestRequest = 5_000;

/** Asks the guard about each request before the server sees it. */
function guardRequests(server: Server, guard: Guard): void {
  const handlers = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const { method, url, headers } = request;
    try {
      guard(headers, {
        target: String(headers['x-amz-target']),
        input: JSON.parse(body.toString() || '{}'),
      });
    } catch (error) {
      replyError(response, headers['content-type'] ?? 'application/x-amz-json-1.0', error);
      return;
    }
    // What was read is handed on as a request of its own: the server reads these parts of one.
    const again = Object.assign(Readable.from([body]), { method, url, headers });
    for (const handle of handlers) handle.call(server, again, response);
  });
}
