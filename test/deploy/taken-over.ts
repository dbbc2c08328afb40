import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { subjectPartition } from '../../lib/storage/keys.ts';
import { connectionKey } from '../../lib/vault/connection.ts';
import type { Context } from './context.ts';
import { stage } from './deployment.ts';
import type { AwsCall, Ministack } from './ministack.ts';

const tableName = `forgebridge-${stage}`;
const keyTableName = `${tableName}-keys`;
const roleSchema = z.object({ Role: z.string() });
const trustSchema = z.object({ Role: z.object({ AssumeRolePolicyDocument: z.unknown() }) });
const itemSchema = z.object({ Item: z.record(z.string(), z.unknown()) });
const sessionSchema = z.object({ Credentials: z.unknown() });

/** What makes somebody a caller, put where it would be looked for. */
const planted = {
  key: put(keyTableName, 'APIKEYS'),
  'key in the one table': put(tableName, 'APIKEYS'),
  session: put(tableName, 'SESSION#victim'),
  link: put(tableName, 'LINK#victim'),
} as const;
const own = put(tableName, 'SUBJECT#attacker');

/** Whoever runs code in a function has its role's credentials, and calls AWS as it likes. */
export function withTakenOver({ deployment: deployed, someone, connected }: Context): void {
  const refused = 'AccessDeniedException';
  const all = Object.values(planted);

  describe('a function that was taken over', () => {
    test.each([
      'page',
      'startConnect',
      'getToken',
      'createRepository',
      'getOperation',
      'cancelOperation',
    ])(
      'given it is %s, when it plants a key, a session or a link, then each is refused, and its own work is not',
      async (name) => {
        const answers = await asFunction(deployed().ministack, name, [...all, own]);
        expect(answers).toEqual([refused, refused, refused, refused, null]);
      },
    );

    test.each([
      ['createSession', [refused, refused, refused, null]],
      ['openSession', [refused, refused, null, refused]],
    ])(
      'given it is %s, when it plants all of them, then only its own kind is taken',
      async (name, expected) => {
        expect(await asFunction(deployed().ministack, name, all)).toEqual(expected);
      },
    );

    test('given it is openSession, when it writes a link by an update, then that is refused', async () => {
      const update = [
        'dynamodb',
        'update_item',
        {
          TableName: tableName,
          Key: { pk: { S: 'LINK#victim' }, sk: { S: 'LINK' } },
          UpdateExpression: 'SET partition = :victim',
          ExpressionAttributeValues: { ':victim': { S: 'SUBJECT#victim' } },
        },
      ] as const;
      expect(await asFunction(deployed().ministack, 'openSession', [update])).toEqual([refused]);
    });

    test.each([
      ['another provider', () => ({ provider: { S: 'github' } })],
      ['an end that is far away', () => ({ expiresAt: { N: '9000000000000' } })],
      ['an end that is over', () => ({ expiresAt: { N: '1' } })],
    ])(
      'given it is page, when it writes %s into a connection, then its token is refused, and no host is asked',
      async (name, change) => {
        const { ministack, sandbox } = deployed();
        const user = someone(`victim-of-${name.replaceAll(' ', '-')}`);
        const id = await connected(user, 'gitlab');
        const Item = await connectionItem(ministack, user.subject, id);
        const written = { ...Item, ...change() };
        const put = ['dynamodb', 'put_item', { TableName: tableName, Item: written }] as const;
        expect(await asFunction(ministack, 'page', [put])).toEqual([null]);
        const asked = sandbox.requests.length;

        const { status, body } = await user.api('POST', `/connections/${id}/token`);

        expect([status, body.code, body.reason]).toEqual([500, 'Misconfigured', 'record_refused']);
        expect(sandbox.requests.slice(asked)).toEqual([]);
      },
    );

    test('given it is page, when it makes a connection active that has ended, then its token is refused', async () => {
      const { ministack, sandbox } = deployed();
      const user = someone('victim-who-left');
      const id = await connected(user, 'gitlab');
      const revoking = { provider: 'gitlab', path: '/oauth/revoke' } as const;
      sandbox.fault({ ...revoking, action: 'status', status: 503, count: 100 });
      await user.api('DELETE', `/connections/${id}`);
      sandbox.clearFaults();
      const Item = {
        ...(await connectionItem(ministack, user.subject, id)),
        status: { S: 'active' },
      };
      const put = ['dynamodb', 'put_item', { TableName: tableName, Item }] as const;
      expect(await asFunction(ministack, 'page', [put])).toEqual([null]);

      const { status, body } = await user.api('POST', `/connections/${id}/token`);

      expect([status, body.reason]).toEqual([500, 'record_refused']);
    });

    test('given it is getOperation, when it tells of something in the name of another, then that is refused', async () => {
      const tell = (Source: string) =>
        ['events', 'put_events', { Entries: [{ Source, DetailType: 'x', Detail: '{}' }] }] as const;
      const calls = [tell('aws.s3'), tell('forgebridge')];
      const answers = await asFunction(deployed().ministack, 'getOperation', calls);
      expect(answers).toEqual([refused, null]);
    });
  });
}

function put(TableName: string, pk: string): AwsCall {
  const Item = { pk: { S: pk }, sk: { S: 'planted' }, v: { N: '1' } };
  return ['dynamodb', 'put_item', { TableName, Item }];
}

/** A connection as it lies in the table. */
async function connectionItem({ aws }: Ministack, subject: string, id: string) {
  const { pk, sk } = connectionKey({ partition: subjectPartition(subject), id });
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const [found] = await aws([['dynamodb', 'get_item', { TableName: tableName, Key }]]);
  return itemSchema.parse(found).Item;
}

/** The answers to `calls` with the credentials of the function's role: the code of each refusal, or null. */
async function asFunction(
  { aws }: Ministack,
  name: string,
  calls: readonly AwsCall[],
): Promise<readonly unknown[]> {
  const FunctionName = `${tableName}-${name}`;
  const [configuration] = await aws([['lambda', 'get_function_configuration', { FunctionName }]]);
  const { Role: RoleArn } = roleSchema.parse(configuration);
  const RoleName = RoleArn.split('/').at(-1);
  const [found] = await aws([['iam', 'get_role', { RoleName }]]);
  const trust = trustSchema.parse(found).Role.AssumeRolePolicyDocument;
  const trusting = (PolicyDocument: unknown): AwsCall => [
    'iam',
    'update_assume_role_policy',
    { RoleName, PolicyDocument: JSON.stringify(PolicyDocument) },
  ];
  // Only Lambda takes the role on; here an operator does in its place.
  const operators = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${RoleArn.split(':')[4]}:root` },
        Action: 'sts:AssumeRole',
      },
    ],
  };
  const RoleSessionName = `attacker-of-${name}`;
  const [, session] = await aws([
    trusting(operators),
    ['sts', 'assume_role', { RoleArn, RoleSessionName }],
    trusting(trust),
  ]);
  const { Credentials } = sessionSchema.parse(session);
  return aws(calls.map(([service, operation, input]) => [service, operation, input, Credentials]));
}
