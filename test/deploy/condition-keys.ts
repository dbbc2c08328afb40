interface Case {
  readonly given: string;
  readonly service: 'dynamodb' | 'events';
  /** As in `X-Amz-Target`. */
  readonly target: string;
  readonly input: object;
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

const dynamo = 'DynamoDB_20120810';
const Key = { pk: { S: 'SUBJECT#a' }, sk: { S: 'CONNECTION#1' } };

/** Requests, and the condition keys that IAM sees in each: for both who decide without AWS. */
export const conditionKeys: readonly Case[] = [
  {
    given: 'a read of one record',
    service: 'dynamodb',
    target: `${dynamo}.GetItem`,
    input: { TableName: 't', Key },
    keys: { 'dynamodb:LeadingKeys': ['SUBJECT#a'], 'dynamodb:Attributes': ['pk', 'sk'] },
  },
  {
    given: 'a record that is put on condition',
    service: 'dynamodb',
    target: `${dynamo}.PutItem`,
    input: {
      TableName: 't',
      Item: { ...Key, v: { N: '1' } },
      ConditionExpression: 'attribute_not_exists(pk) OR #op = :mine',
      ExpressionAttributeNames: { '#op': 'operation' },
      ExpressionAttributeValues: { ':mine': { S: 'x' } },
    },
    keys: {
      'dynamodb:LeadingKeys': ['SUBJECT#a'],
      'dynamodb:Attributes': ['pk', 'sk', 'v', 'operation'],
    },
  },
  {
    given: 'an update of a nested attribute',
    service: 'dynamodb',
    target: `${dynamo}.UpdateItem`,
    input: {
      TableName: 't',
      Key,
      UpdateExpression: 'SET openedAt = :now, plan.settings = if_not_exists(#s, :none) REMOVE gone',
      ConditionExpression: 'expiresAt > :now AND NOT attribute_exists(openedAt)',
      ExpressionAttributeNames: { '#s': 'settings' },
    },
    keys: {
      'dynamodb:LeadingKeys': ['SUBJECT#a'],
      'dynamodb:Attributes': ['pk', 'sk', 'openedAt', 'plan', 'settings', 'gone', 'expiresAt'],
    },
  },
  {
    given: 'an update in the form of before',
    service: 'dynamodb',
    target: `${dynamo}.UpdateItem`,
    input: { TableName: 't', Key, AttributeUpdates: { partition: { Value: { S: 'x' } } } },
    keys: {
      'dynamodb:LeadingKeys': ['SUBJECT#a'],
      'dynamodb:Attributes': ['pk', 'sk', 'partition'],
    },
  },
  {
    given: 'a query of one partition',
    service: 'dynamodb',
    target: `${dynamo}.Query`,
    input: {
      TableName: 't',
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': { S: 'SUBJECT#a' }, ':prefix': { S: 'C' } },
    },
    keys: { 'dynamodb:LeadingKeys': ['SUBJECT#a'], 'dynamodb:Attributes': ['pk', 'sk'] },
  },
  {
    given: 'a scan, which names no partition',
    service: 'dynamodb',
    target: `${dynamo}.Scan`,
    input: { TableName: 't' },
    keys: {},
  },
  {
    given: 'events of two sources',
    service: 'events',
    target: 'AWSEvents.PutEvents',
    input: {
      Entries: [{ Source: 'forgebridge' }, { Source: 'aws.s3' }].map((entry) => ({
        ...entry,
        EventBusName: 'default',
      })),
    },
    keys: { 'events:source': ['forgebridge', 'aws.s3'] },
  },
  {
    given: 'no events',
    service: 'events',
    target: 'AWSEvents.PutEvents',
    input: { Entries: [] },
    keys: {},
  },
];
