import * as z from 'zod/mini';
import { operationKey } from '../../lib/operations/record.ts';
import { subjectPartition } from '../../lib/storage/keys.ts';
import { connectionKey } from '../../lib/vault/connection.ts';
import { age } from './aged.ts';
import { stage } from './deployment.ts';
import type { Ministack } from './ministack.ts';

const table = `forgebridge-${stage}`;
const policySchema = z.object({
  PolicyDocument: z.object({ Statement: z.array(z.looseObject({ Action: z.array(z.string()) })) }),
});

/**
 * Runs `act` while no function may start a workflow: each dies, as far as anybody outside can see,
 * between its record and its start.
 */
export async function withoutStarting(
  { aws }: Ministack,
  functionName: string,
  act: () => Promise<void>,
): Promise<void> {
  const [deployed] = await aws([
    ['lambda', 'get_function_configuration', { FunctionName: `${table}-${functionName}` }],
  ]);
  const { Role } = z.object({ Role: z.string() }).parse(deployed);
  const named = { RoleName: Role.split('/').at(-1), PolicyName: 'permissions' };
  const [policy] = await aws([['iam', 'get_role_policy', named]]);
  const { PolicyDocument } = policySchema.parse(policy);
  const others = PolicyDocument.Statement.filter(
    ({ Action }) => !Action.includes('states:StartExecution'),
  );
  const put = (Statement: readonly unknown[]) => {
    const document = JSON.stringify({ Version: '2012-10-17', Statement });
    return aws([['iam', 'put_role_policy', { ...named, PolicyDocument: document }]]);
  };
  await put(others);
  try {
    await act();
  } finally {
    await put(PolicyDocument.Statement);
  }
}

/** Sets an operation's deadline back to 1970. */
export async function setBack({ aws }: Ministack, operationId: string): Promise<void> {
  const { pk = '', sk = '' } = operationKey(operationId) ?? {};
  await aws([['dynamodb', 'update_item', setNumber({ pk, sk }, 'deadline')]]);
}

/** Lets operations look overdue, and the event of the schedule that looks after them come now. */
export async function sweepNow({ aws }: Ministack, operationIds: readonly string[]): Promise<void> {
  const keys = operationIds.map((id) => operationKey(id) ?? { pk: '', sk: '' });
  await aws([
    ...keys.map((key) => ['dynamodb', 'update_item', setNumber(key, 'dueAt')] as const),
    ['lambda', 'invoke', { FunctionName: `${table}-endOverdue`, Payload: '{}' }],
  ]);
}

/** Lets a connection's tokens look as if they had been handed out years ago. */
export async function makeOld(
  ministack: Ministack,
  subject: string,
  connectionId: string,
): Promise<void> {
  await age(ministack, { partition: subjectPartition(subject), id: connectionId }, ['issuedAt']);
}

/** Lets a connection look as if nobody had used it for years, and the schedule's event come now. */
export async function careNow(
  ministack: Ministack,
  subject: string,
  connectionId: string,
): Promise<void> {
  const ref = { partition: subjectPartition(subject), id: connectionId };
  await age(ministack, ref, ['issuedAt', 'expiresAt']);
  await ministack.aws([
    ['dynamodb', 'update_item', setNumber(connectionKey(ref), 'dueAt')],
    ['lambda', 'invoke', { FunctionName: `${table}-careForIdle`, Payload: '{}' }],
  ]);
}

function setNumber({ pk, sk }: { readonly pk: string; readonly sk: string }, name: string) {
  return {
    TableName: table,
    Key: { pk: { S: pk }, sk: { S: sk } },
    UpdateExpression: 'SET #name = :value',
    ConditionExpression: 'attribute_exists(#name)',
    ExpressionAttributeNames: { '#name': name },
    ExpressionAttributeValues: { ':value': { N: '1' } },
  };
}
