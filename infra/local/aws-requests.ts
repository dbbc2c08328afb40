import * as z from 'zod/mini';
import type { AwsRequest } from './policies.ts';
import { account, region, secretArn } from './template.ts';

/** One call as it came over the wire: `DynamoDB_20120810.GetItem` and its input. */
export interface AwsCall {
  readonly target: string;
  readonly input: unknown;
}

/** What a policy is asked about a call: its action, its resource, and the condition keys it has. */
export function requestOf({ target, input }: AwsCall): AwsRequest {
  const [service = '', operation = ''] = target.split('.');
  switch (service) {
    case 'DynamoDB_20120810':
      return tableRequest(operation, input);
    case 'secretsmanager':
      return request(`secretsmanager:${operation}`, secretArn(secretInput.parse(input).SecretId));
    case 'AWSStepFunctions':
      return request(`states:${operation}`, machineInput.parse(input).stateMachineArn);
    case 'AWSEvents':
      return eventsRequest(operation, input);
    default:
      return request(target, '*');
  }
}

function request(action: string, resource: string, context: AwsRequest['context'] = {}) {
  return { action, resource, context };
}

const secretInput = z.looseObject({ SecretId: z._default(z.string(), '') });
const machineInput = z.looseObject({ stateMachineArn: z._default(z.string(), '*') });

const eventsInput = z.looseObject({
  Entries: z._default(
    z.array(z.looseObject({ EventBusName: z._default(z.string(), 'default'), Source: z.string() })),
    [],
  ),
});

function eventsRequest(operation: string, input: unknown): AwsRequest {
  const { Entries } = eventsInput.parse(input);
  const [bus = 'none', ...others] = [...new Set(Entries.map(({ EventBusName }) => EventBusName))];
  // AWS asks for each bus by itself; events of ours are put one at a time.
  const name = others.length === 0 ? bus : 'several';
  return request(`events:${operation}`, `arn:aws:events:${region}:${account}:event-bus/${name}`, {
    'events:source': Entries.map(({ Source }) => Source),
  });
}

const attribute = z.object({ S: z.string() });
const keyed = z.looseObject({ pk: attribute });
const tableInput = z.looseObject({
  TableName: z._default(z.string(), ''),
  IndexName: z.optional(z.string()),
  Key: z.optional(keyed),
  Item: z.optional(keyed),
  KeyConditionExpression: z.optional(z.string()),
  ExpressionAttributeNames: z._default(z.record(z.string(), z.string()), {}),
  ExpressionAttributeValues: z._default(z.record(z.string(), z.unknown()), {}),
});

/** `dynamodb:LeadingKeys` is there where the request names a partition: by key, item or condition. */
function tableRequest(operation: string, input: unknown): AwsRequest {
  const { TableName, IndexName, Key, Item, ...query } = tableInput.parse(input);
  const table = `arn:aws:dynamodb:${region}:${account}:table/${TableName}`;
  const keys = [Key, Item].flatMap((each) => each?.pk.S ?? []).concat(partitionsOf(query));
  return request(
    `dynamodb:${operation}`,
    IndexName === undefined ? table : `${table}/index/${IndexName}`,
    keys.length === 0 ? {} : { 'dynamodb:LeadingKeys': keys },
  );
}

type Condition = Pick<
  z.output<typeof tableInput>,
  'KeyConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** The value that a query's condition compares a partition key with: `#pk = :pk`. */
function partitionsOf({
  KeyConditionExpression = '',
  ExpressionAttributeNames,
  ExpressionAttributeValues,
}: Condition): readonly string[] {
  return [...KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)].flatMap(
    ([, name = '', value = '']) => {
      const isPartition = ['pk', 'dueShard'].includes(ExpressionAttributeNames[name] ?? name);
      const compared = attribute.safeParse(ExpressionAttributeValues[value]);
      return isPartition && compared.success ? compared.data.S : [];
    },
  );
}
