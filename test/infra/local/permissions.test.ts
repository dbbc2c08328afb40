import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { accessKeyOf, nobody, operator } from '../../../infra/local/credentials.ts';
import {
  type Decision,
  localPermissions,
  type Permissions,
} from '../../../infra/local/permissions.ts';
import { secretPrefix, stateMachineArn, tableName } from '../../../infra/local/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'permissions-'));
const providersFile = join(folder, 'providers.json');
writeFileSync(providersFile, JSON.stringify([{ id: 'gitlab' }]));
afterAll(() => rmSync(folder, { recursive: true }));

let decisions: Decision[];
let permissions: Permissions;
beforeEach(() => {
  decisions = [];
  permissions = localPermissions(providersFile, (decision) => decisions.push(decision));
});

/** Whoever has that access key calls `target`. */
function ask(accessKey: string, target: string, input: unknown): void {
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/us-east-1/x/aws4_request`;
  permissions.check({ authorization }, { target, input });
}
const as = (functionKey: string, target: string, input: unknown) =>
  ask(accessKeyOf(functionKey), target, input);

const dynamo = 'DynamoDB_20120810';
const keyed = (pk: string) => ({
  TableName: tableName,
  Key: { pk: { S: pk }, sk: { S: 'x' } },
});
const query = (pk: string, index?: string) => ({
  TableName: tableName,
  ...(index === undefined ? {} : { IndexName: index }),
  KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
  ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
  ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: 'CONNECTION#' } },
});
const event = (Source: string) => ({
  Entries: [{ EventBusName: 'default', Source, DetailType: 't', Detail: '{}' }],
});

describe('the permissions of the local stack', () => {
  test.each([
    ['getConnection', `${dynamo}.GetItem`, keyed('SUBJECT#a')],
    ['listConnections', `${dynamo}.Query`, query('SUBJECT#a')],
    ['listOperations', `${dynamo}.Query`, query('SUBJECT#a', 'byTime')],
    ['createSession', `${dynamo}.PutItem`, { TableName: tableName, Item: keyed('LINK#a').Key }],
    ['health', 'secretsmanager.GetSecretValue', { SecretId: `${secretPrefix}/gitlab/client` }],
    ['createRepository', 'AWSStepFunctions.StartExecution', { stateMachineArn }],
    ['finishOperation', 'AWSEvents.PutEvents', event('forgebridge')],
  ])('given %s, when it asks for %s as it is allowed to, then it may', (key, target, input) => {
    expect(() => as(key, target, input)).not.toThrow();
    expect(decisions).toMatchObject([{ functionKey: key, allowed: true }]);
  });

  test.each([
    ['an action it lacks', 'getConnection', `${dynamo}.PutItem`, keyed('SUBJECT#a')],
    ['a record of another kind', 'getConnection', `${dynamo}.GetItem`, keyed('NAME#a')],
    ['no record by name', 'getConnection', `${dynamo}.GetItem`, { TableName: tableName }],
    ['the whole table', 'page', `${dynamo}.Scan`, { TableName: tableName }],
    [
      'another table',
      'getConnection',
      `${dynamo}.GetItem`,
      { ...keyed('SUBJECT#a'), TableName: 'x' },
    ],
    ['another index', 'listOperations', `${dynamo}.Query`, query('SUBJECT#a', 'due')],
    [
      'a secret',
      'startConnect',
      'secretsmanager.GetSecretValue',
      { SecretId: `${secretPrefix}/keys/open` },
    ],
    [
      'a secret by another name',
      'health',
      'secretsmanager.GetSecretValue',
      { SecretId: `${secretPrefix}/x/client` },
    ],
    ['the workflow', 'getConnection', 'AWSStepFunctions.StartExecution', { stateMachineArn }],
    ['the end of a workflow', 'page', 'AWSStepFunctions.StopExecution', { executionArn: 'x' }],
    ['an event of another source', 'finishOperation', 'AWSEvents.PutEvents', event('aws.s3')],
    ['no event at all', 'finishOperation', 'AWSEvents.PutEvents', { Entries: [] }],
  ])(
    'given a function that asks for %s, when asked, then %s is refused by name',
    (_, key, target, input) => {
      expect(() => as(key, target, input)).toThrow(new RegExp(`^${key} may not `));
      expect(decisions).toMatchObject([{ functionKey: key, allowed: false }]);
    },
  );

  test.each([nobody.accessKeyId, 'forgebridge-local-noSuchFunction', ''])(
    'given the access key "%s", when it is used, then nobody is known by it',
    (accessKey) => {
      const call = () => ask(accessKey, `${dynamo}.GetItem`, keyed('SUBJECT#a'));
      expect(call).toThrow('Nobody here has the access key');
    },
  );

  test('given the operator, when anything is asked for, then it is allowed', () => {
    const call = () => ask(operator.accessKeyId, `${dynamo}.Scan`, { TableName: tableName });
    expect(call).not.toThrow();
  });
});
