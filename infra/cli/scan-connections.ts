import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import {
  type ConnectionRef,
  connectionAt,
  connectionPrefix,
  remnantPrefix,
} from '../../lib/vault/connection.ts';

/** Every connection and remnant in the table, in no order, with what is sealed in it. Reads the whole table. */
export async function* scanConnections(
  documents: DynamoDBDocumentClient,
  tableName: string,
): AsyncGenerator<{
  readonly ref: ConnectionRef;
  readonly access: string;
  readonly refresh?: string;
}> {
  const pages = paginateScan(
    { client: documents },
    {
      TableName: tableName,
      ConsistentRead: true,
      ProjectionExpression: '#pk, #sk, #access, #refresh',
      FilterExpression: 'begins_with(#sk, :connection) OR begins_with(#sk, :remnant)',
      ExpressionAttributeNames: {
        '#pk': 'pk',
        '#sk': 'sk',
        '#access': 'access',
        '#refresh': 'refresh',
      },
      ExpressionAttributeValues: { ':connection': connectionPrefix, ':remnant': remnantPrefix },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { pk, sk, access, refresh } of Items) {
      const ref = connectionAt({ pk: String(pk), sk: String(sk) });
      if (ref === undefined) continue;
      yield {
        ref,
        access: String(access),
        ...(refresh === undefined ? {} : { refresh: String(refresh) }),
      };
    }
  }
}
