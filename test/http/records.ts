import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { operator } from '../../infra/local/credentials.ts';
import { keyTableName, region, tableName } from '../../infra/local/template.ts';
import type { TestGateway } from '../harness/gateway.ts';

/** Everything in the tables, as it lies there. */
export async function records(gateway: TestGateway): Promise<Record<string, unknown>[]> {
  const client = new DynamoDBClient({
    region,
    endpoint: gateway.databaseUrl,
    credentials: operator,
  });
  try {
    const found: Record<string, unknown>[] = [];
    for (const TableName of [tableName, keyTableName]) {
      let start: Record<string, unknown> | undefined;
      do {
        const page = await DynamoDBDocumentClient.from(client).send(
          new ScanCommand({ TableName, ExclusiveStartKey: start }),
        );
        found.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
    }
    return found;
  } finally {
    client.destroy();
  }
}

/** The records whose sort key begins so: `FLOW#`, `SESSION#`, `CONNECTION#`, `OPERATION#`. */
export async function recordsOf(gateway: TestGateway, prefix: string) {
  return (await records(gateway)).filter(({ sk }) => String(sk).startsWith(prefix));
}
