import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { defined } from '../../lib/primitives/defined.ts';
import { listen, type Service } from './listen.ts';
import { region, tableDefinition, tableName } from './template.ts';

/** Credentials that nothing here checks, but without which the AWS SDK sends nothing. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** DynamoDB with the deployed table; kept in the folder, or in memory without one. */
export async function startDatabase(port: number, folder?: string): Promise<Service> {
  const database = dynalite({
    ...defined({ path: folder }),
    createTableMs: 0,
  });
  const service = await listen(database, port);
  const client = new DynamoDBClient({ region, endpoint: service.url, credentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  if (!TableNames.includes(tableName)) {
    // The definition is CloudFormation's, whose property names are those of the API.
    await client.send(new CreateTableCommand(tableDefinition() as CreateTableCommandInput));
    await waitUntilTableExists(
      { client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.1 },
      { TableName: tableName },
    );
  }
  client.destroy();
  return service;
}
