import { beforeAll, describe, expect, test } from 'vitest';
import { type Grants, grants, partitions } from '../../lib/api/grants.ts';
import { type CompiledRoles, compiledRoles } from './policies.ts';
import { dev, prod } from './stages.ts';

/** What makes somebody a caller, by the partition it stands in. */
const vouching = { key: 'APIKEYS', session: 'SESSION#digest', link: 'LINK#hash' } as const;
type Vouching = keyof typeof vouching;

describe.each([
  ['dev', dev],
  ['prod', prod],
])('a function that was taken over, on stage %s', (stage, load) => {
  let roles: CompiledRoles;
  beforeAll(async () => {
    roles = compiledRoles((await load()).template, stage);
  });

  /** Whether the function can put that into any table, in any way DynamoDB offers. */
  function canPlant(key: string, what: Vouching): boolean {
    const pk = { S: vouching[what] };
    const sk = { S: 'planted' };
    const ways = [roles.tableName, roles.keyTableName].flatMap(
      (TableName) =>
        [
          ['PutItem', { TableName, Item: { pk, sk, partition: { S: 'SUBJECT#victim' } } }],
          [
            'UpdateItem',
            {
              TableName,
              Key: { pk, sk },
              UpdateExpression: 'SET #p = :victim',
              ExpressionAttributeNames: { '#p': 'partition' },
              ExpressionAttributeValues: { ':victim': { S: 'SUBJECT#victim' } },
            },
          ],
          [
            'UpdateItem',
            {
              TableName,
              Key: { pk, sk },
              AttributeUpdates: { partition: { Value: { S: 'SUBJECT#victim' } } },
            },
          ],
          [
            'BatchWriteItem',
            { RequestItems: { [TableName]: [{ PutRequest: { Item: { pk, sk } } }] } },
          ],
          ['PartiQLInsert', { TableName, Key: { pk, sk } }],
          ['PartiQLUpdate', { TableName, Key: { pk, sk } }],
          // A request that hides which partition it is about.
          ['PutItem', { TableName }],
          ['UpdateItem', { TableName }],
        ] as const,
    );
    return ways.some(([action, input]) => roles.may(key, `DynamoDB_20120810.${action}`, input));
  }
  const plants = (key: string) =>
    (Object.keys(vouching) as Vouching[]).filter((what) => canPlant(key, what)); // keys of a literal

  test('given lib/api/grants.ts, when the roles are compiled, then each allows what stands there, and nothing else', () => {
    const app = stage === 'prod';
    for (const [key, granted] of Object.entries<Grants>(grants)) {
      expect(roles.allowed(key).toSorted(), key).toEqual(permissionsIn(granted, app).toSorted());
    }
  });

  test.each([
    'page',
    'startConnect',
    'getToken',
    'createRepository',
    'getOperation',
    'cancelOperation',
  ])(
    'given it is %s, when it plants a key, a session or a link, then its role refuses each',
    (key) => {
      expect(plants(key)).toEqual([]);
    },
  );

  test('given it is createSession, when it plants what it can, then that is links alone', () => {
    expect(plants('createSession')).toEqual(['link']);
  });

  test('given it is openSession, when it plants what it can, then that is sessions alone', () => {
    expect(plants('openSession')).toEqual(['session']);
  });

  test('given it is any function, when it plants what it can, then nobody makes keys, and only those two anything', () => {
    expect(roles.functions.toSorted()).toEqual(Object.keys(grants).toSorted());
    const planters = roles.functions.filter((key) => plants(key).length > 0);
    expect(planters.toSorted()).toEqual(['createSession', 'openSession']);
  });

  test('given it is any function, when it writes to the table of keys or reads it whole, then its role refuses that', () => {
    const TableName = roles.keyTableName;
    const Key = { pk: { S: vouching.key }, sk: { S: 'APIKEY#hash' } };
    const actions = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'Query', 'Scan'];
    const able = roles.functions.flatMap((key) =>
      actions
        .filter((action) => roles.may(key, `DynamoDB_20120810.${action}`, { TableName, Key }))
        .map((action) => `${key} ${action}`),
    );
    expect(able).toEqual([]);
    expect(roles.may('getConnection', 'DynamoDB_20120810.GetItem', { TableName, Key })).toBe(true);
  });

  test('given it is a function that works on records, when it does its own work, then its role lets it', () => {
    const TableName = roles.tableName;
    const Item = { pk: { S: 'SUBJECT#digest' }, sk: { S: 'FLOW#state' } };
    expect(roles.may('startConnect', 'DynamoDB_20120810.PutItem', { TableName, Item })).toBe(true);
    const opened = {
      TableName,
      Key: { pk: { S: vouching.link }, sk: { S: 'LINK' } },
      UpdateExpression: 'SET openedAt = :now',
      ConditionExpression: 'secretHash = :secret AND expiresAt > :now',
    };
    expect(roles.may('openSession', 'DynamoDB_20120810.UpdateItem', opened)).toBe(true);
  });

  test('given it is a function that tells of events, when it speaks as another source, then its role refuses that', () => {
    const event = (...sources: readonly string[]) => ({
      Entries: sources.map((Source) => ({ EventBusName: 'default', Source })),
    });
    const speaks = (key: string, ...sources: readonly string[]) =>
      roles.may(key, 'AWSEvents.PutEvents', event(...sources));
    const tellers = roles.functions.filter((key) => speaks(key, 'forgebridge'));
    expect(tellers.length).toBeGreaterThan(10);
    for (const key of tellers) {
      expect(
        [speaks(key, 'aws.s3'), speaks(key, 'forgebridge', 'product'), speaks(key)],
        key,
      ).toEqual([false, false, false]);
    }
  });
});

/** What the table says, in the words of {@link CompiledRoles.allowed}. `app`: a provider has one. */
function permissionsIn(granted: Grants, app: boolean): readonly string[] {
  const onRecords = Object.entries(granted.table ?? {}).flatMap(([kind, actions]) => {
    const pattern: string = partitions[kind as keyof typeof partitions]; // the keys of `table`
    return actions.map((action) => {
      const name = typeof action === 'string' ? action : 'UpdateItem';
      return `dynamodb:${name} ${pattern.replace('#*', '')}`;
    });
  });
  const secrets = (granted.secrets ?? []).filter((name) => app || name !== 'app-key');
  return [
    ...(granted.apiKeys ? ['dynamodb:GetItem APIKEYS', 'dynamodb:UpdateItem KEYUSE'] : []),
    ...onRecords,
    ...(granted.due ? ['dynamodb:Query due'] : []),
    ...secrets.map((name) => `secretsmanager:GetSecretValue ${name}`),
    ...(granted.start ? ['states:StartExecution'] : []),
    ...(granted.events ? ['events:PutEvents'] : []),
    ...(granted.async ? ['sqs:SendMessage'] : []),
  ];
}
