import * as z from 'zod/mini';
import type { AwsRequest } from './policies.ts';
import { account, region } from './template.ts';

const attribute = z.object({ S: z.string() });
const keyed = z.catchall(z.object({ pk: attribute }), z.unknown());
const attributes = z._default(z.record(z.string(), z.unknown()), {});
const expression = z._default(z.string(), '');
const tableInput = z.looseObject({
  TableName: z._default(z.string(), ''),
  IndexName: z.optional(z.string()),
  Key: z.optional(keyed),
  Item: z.optional(keyed),
  KeyConditionExpression: expression,
  UpdateExpression: expression,
  ConditionExpression: expression,
  FilterExpression: expression,
  ProjectionExpression: expression,
  ExpressionAttributeNames: z._default(z.record(z.string(), z.string()), {}),
  ExpressionAttributeValues: attributes,
  // What expressions are today; DynamoDB takes these still.
  AttributeUpdates: attributes,
  Expected: attributes,
  AttributesToGet: z._default(z.array(z.string()), []),
});
type TableInput = z.output<typeof tableInput>;

/**
 * What a policy is asked about a call of DynamoDB. `dynamodb:LeadingKeys` is there where the call names
 * a partition, `dynamodb:Attributes` where it names attributes, those of the key included. Source: AWS,
 * "Using IAM policy conditions for fine-grained access control" (DynamoDB).
 */
export function tableRequest(operation: string, input: unknown): AwsRequest {
  const parsed = tableInput.parse(input);
  const { TableName, IndexName, Key, Item } = parsed;
  const table = `arn:aws:dynamodb:${region}:${account}:table/${TableName}`;
  const keys = [Key, Item].flatMap((each) => each?.pk.S ?? []).concat(partitionsOf(parsed));
  const named = attributesOf(parsed);
  return {
    action: `dynamodb:${operation}`,
    resource: IndexName === undefined ? table : `${table}/index/${IndexName}`,
    context: {
      ...(keys.length === 0 ? {} : { 'dynamodb:LeadingKeys': keys }),
      ...(named.length === 0 ? {} : { 'dynamodb:Attributes': named }),
    },
  };
}

/** The value that a query's condition compares a partition key with: `#pk = :pk`. */
function partitionsOf(input: TableInput): readonly string[] {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  return [...input.KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)].flatMap(
    ([, name = '', value = '']) => {
      const isPartition = ['pk', 'dueShard'].includes(names[name] ?? name);
      const compared = attribute.safeParse(values[value]);
      return isPartition && compared.success ? compared.data.S : [];
    },
  );
}

/** Words of expressions that are no attribute. */
const keywords =
  /^(set|remove|add|delete|and|or|not|in|between|attribute_(not_)?exists|attribute_type|begins_with|contains|size|if_not_exists|list_append)$/i;

/** Names of all attributes that the call touches, at the top level. */
function attributesOf(input: TableInput): readonly string[] {
  const expressions = [
    input.KeyConditionExpression,
    input.UpdateExpression,
    input.ConditionExpression,
    input.FilterExpression,
    input.ProjectionExpression,
  ].join(' ');
  const words = [...expressions.matchAll(/(?<![:#.\w])#?[a-z_]\w*/gi)].map(([word]) => word);
  const named = [input.Key, input.Item, input.AttributeUpdates, input.Expected].flatMap((each) =>
    Object.keys(each ?? {}),
  );
  const found = words
    .filter((word) => !keywords.test(word))
    .map((word) => input.ExpressionAttributeNames[word] ?? word);
  return [...new Set([...named, ...input.AttributesToGet, ...found])];
}
