import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { defined } from '../primitives/defined.ts';
import { reached } from './aws-failure.ts';

/** Primary key of every record; `docs/storage.md` lists the forms both halves take. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A record as stored. Parse it before trusting it. */
export type Item = Record<string, unknown>;

/** A DynamoDB expression with its placeholders; each guarantee of the bundle is one of these. */
export interface Expression {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Record<string, unknown>;
}

export interface Query {
  readonly pk: string;
  readonly skPrefix?: string;
  /** Secondary index; missing means the table itself. Only a local index can be `consistent`. */
  readonly index?: {
    readonly name: string;
    readonly pk: string;
    readonly sk: string;
    readonly consistent: boolean;
  };
  /** Upper bound on the index's sort key, for "all that is due by now". */
  readonly skAtMost?: string | number;
  readonly limit: number;
  readonly descending?: boolean;
  readonly start?: Item;
}

/**
 * The one table, reached by single-item requests only. Reads are strongly consistent, except on a
 * global index. Writes answer whether their condition held; they raise only when the table could
 * not be reached ({@link reached}), and then the write may or may not have happened.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  put(item: Key & Item, condition?: Expression): Promise<boolean>;
  /** The record after the change, or undefined when the condition did not hold. */
  update(key: Key, change: Expression, condition: string): Promise<Item | undefined>;
  /** The record that was deleted, or undefined when there was none or the condition did not hold. */
  delete(key: Key, condition?: Expression): Promise<Item | undefined>;
  query(query: Query): Promise<{ items: readonly Item[]; next?: Item }>;
}

/** The {@link Table} over DynamoDB. The client is made elsewhere, so that nothing connects at load. */
export function dynamoTable(client: DynamoDBDocumentClient, name: string): Table {
  return {
    async get(key) {
      const get = new GetCommand({ TableName: name, Key: key, ConsistentRead: true });
      const { Item } = await reached('table', client.send(get));
      return Item;
    },

    async put(item, condition) {
      const done = await unlessConditionFails(
        client.send(new PutCommand({ TableName: name, Item: item, ...conditionOf(condition) })),
      );
      return done !== undefined;
    },

    async update(key, change, condition) {
      const done = await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: name,
            Key: key,
            UpdateExpression: change.expression,
            ConditionExpression: condition,
            ...placeholders(change),
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return done?.Attributes;
    },

    async delete(key, condition) {
      const done = await unlessConditionFails(
        client.send(
          new DeleteCommand({
            TableName: name,
            Key: key,
            ...conditionOf(condition),
            ReturnValues: 'ALL_OLD',
          }),
        ),
      );
      return done?.Attributes;
    },

    async query(query) {
      const command = new QueryCommand({
        TableName: name,
        ConsistentRead: query.index?.consistent ?? true,
        ...defined({ IndexName: query.index?.name }),
        ...keyCondition(query),
        Limit: query.limit,
        ScanIndexForward: !query.descending,
        ...defined({ ExclusiveStartKey: query.start }),
      });
      const { Items = [], LastEvaluatedKey } = await reached('table', client.send(command));
      return {
        items: Items,
        ...defined({ next: LastEvaluatedKey }),
      };
    },
  };
}

function unlessConditionFails<T>(request: Promise<T>): Promise<T | undefined> {
  const unless = request.catch((error: unknown) => {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  });
  return reached('table', unless);
}

function conditionOf(condition: Expression | undefined) {
  if (condition === undefined) return {};
  return { ConditionExpression: condition.expression, ...placeholders(condition) };
}

function placeholders({ names, values }: Expression) {
  return {
    ...defined({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }),
  };
}

function keyCondition({ pk, skPrefix, skAtMost, index }: Query) {
  const names: Record<string, string> = { '#pk': index?.pk ?? 'pk' };
  const values: Record<string, unknown> = { ':pk': pk };
  let expression = '#pk = :pk';
  if (skPrefix !== undefined) {
    names['#sk'] = index?.sk ?? 'sk';
    values[':prefix'] = skPrefix;
    expression += ' AND begins_with(#sk, :prefix)';
  } else if (skAtMost !== undefined) {
    names['#sk'] = index?.sk ?? 'sk';
    values[':most'] = skAtMost;
    expression += ' AND #sk <= :most';
  }
  return {
    KeyConditionExpression: expression,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
