import * as z from 'zod/mini';
import type { AwsCall, Ministack } from './ministack.ts';

/** How to list a kind of thing that a stack is made of, where the list is, what names one of it. */
interface Kind {
  readonly call: AwsCall;
  readonly list: string;
  /** Missing where the list is of names. */
  readonly name?: string;
}

const kinds: readonly Kind[] = [
  { call: ['cloudformation', 'describe_stacks', {}], list: 'Stacks', name: 'StackName' },
  { call: ['s3', 'list_buckets', {}], list: 'Buckets', name: 'Name' },
  { call: ['dynamodb', 'list_tables', {}], list: 'TableNames' },
  { call: ['lambda', 'list_functions', {}], list: 'Functions', name: 'FunctionName' },
  { call: ['stepfunctions', 'list_state_machines', {}], list: 'stateMachines', name: 'name' },
  { call: ['secretsmanager', 'list_secrets', {}], list: 'SecretList', name: 'Name' },
  { call: ['iam', 'list_roles', {}], list: 'Roles', name: 'RoleName' },
  { call: ['apigatewayv2', 'get_apis', {}], list: 'Items', name: 'Name' },
  { call: ['logs', 'describe_log_groups', {}], list: 'logGroups', name: 'logGroupName' },
  { call: ['cloudwatch', 'describe_alarms', {}], list: 'MetricAlarms', name: 'AlarmName' },
  { call: ['cloudwatch', 'list_dashboards', {}], list: 'DashboardEntries', name: 'DashboardName' },
  { call: ['sqs', 'list_queues', {}], list: 'QueueUrls' },
  { call: ['sns', 'list_topics', {}], list: 'Topics', name: 'TopicArn' },
  { call: ['events', 'list_rules', {}], list: 'Rules', name: 'Name' },
];

/** Everything of forgebridge in the account, by what lists it: `Functions forgebridge-test-page`. */
export async function inventory({ aws }: Ministack): Promise<readonly string[]> {
  const answers = await aws(kinds.map(({ call }) => call));
  return kinds.flatMap(({ list, name }, index) => {
    const { [list]: found = [] } = z.record(z.string(), z.unknown()).parse(answers[index]);
    return namesIn(found, name)
      .map((each) => `${list} ${each}`)
      .filter((each) => each.includes('forgebridge'));
  });
}

function namesIn(found: unknown, name: string | undefined): readonly string[] {
  if (name === undefined) return z.array(z.string()).parse(found);
  const named = z.pipe(
    z.looseObject({ [name]: z.string() }),
    z.transform((each) => String(each[name])),
  );
  return z.array(named).parse(found);
}
