import { type Grants, grants, partitions, stepsOf } from '../../lib/api/grants.ts';
import { defined } from '../../lib/primitives/defined.ts';
import {
  deploymentName,
  type Framework,
  logicalId,
  type Resource,
  type TemplatePart,
  type Value,
} from './framework.ts';
import { requireNamespace } from './namespace.ts';
import { type ProviderSecrets, providerSecrets } from './provider-resources.ts';

/** What the roles name that the deployer chose. */
export interface RoleNames {
  /** What functions' names begin with: `forgebridge-prod`. */
  readonly deployment: string;
  /** Of the state machines, by what they are for. */
  readonly stateMachines: Readonly<Record<NonNullable<Grants['start']>, string>>;
  readonly eventBus: string;
  readonly keyTable: string;
  readonly providers: readonly ProviderSecrets[];
}

/** One IAM role for each function, made of lib/api/grants.ts, and one for each state machine. */
export async function roleResources(framework: Framework): Promise<TemplatePart> {
  requireNamespace(process.env);
  return {
    Resources: rolesOf({
      deployment: await deploymentName(framework),
      stateMachines: {
        creation: String(await framework.resolveVariable('self:custom.stateMachineName')),
        erasure: String(await framework.resolveVariable('self:custom.erasureMachineName')),
      },
      eventBus: process.env.EVENT_BUS || 'default',
      // That of the keys, or the table where keys of an older version still stand.
      keyTable:
        process.env.KEY_TABLE_NAME ||
        String(await framework.resolveVariable('self:custom.keyTableName')),
      providers: await providerSecrets(),
    }),
  };
}

export function rolesOf(names: RoleNames): Readonly<Record<string, Resource>> {
  const ofFunctions = Object.entries<Grants>(grants).map(
    ([name, granted]) =>
      [
        logicalId(name, 'Role'),
        role('lambda', [
          ...writesItsLog(`${names.deployment}-${name}`),
          traces,
          ...(granted.apiKeys ? [knowsKeys(names.keyTable), notesKeyUses] : []),
          ...tableAccess(granted),
          ...secretAccess(granted.secrets ?? [], names.providers),
          ...(granted.start ? [starts(names.stateMachines[granted.start])] : []),
          ...(granted.events ? [publishes(names.eventBus)] : []),
          ...(granted.async ? [leavesDeadLetters] : []),
        ]),
      ] as const,
  );
  const machine = (of: NonNullable<Grants['step']>) =>
    role('states', [
      allow(
        ['lambda:InvokeFunction'],
        stepsOf(of).map((name) => arn(`lambda:${here}:function:${names.deployment}-${name}`)),
      ),
      traces,
      deliversLogs,
    ]);
  return {
    ...Object.fromEntries(ofFunctions),
    CreateRepositoryStateMachineRole: machine('creation'),
    EraseSubjectStateMachineRole: machine('erasure'),
  };
}

const here = '${AWS::Region}:${AWS::AccountId}';
const arn = (rest: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${rest}` });

function allow(Action: readonly string[], Resource: Value, Condition?: Value) {
  return { Effect: 'Allow', Action, Resource, ...defined({ Condition }) };
}

/** X-Ray takes no resource: AWS offers nothing narrower. */
const traces = allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*');

/** Log delivery takes no resource either. */
const deliversLogs = allow(
  [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  '*',
);

const leavesDeadLetters = allow(['sqs:SendMessage'], [{ 'Fn::GetAtt': ['DeadLetters', 'Arn'] }]);

/** Only as ourselves: others may listen to this bus for what other sources say. */
const publishes = (eventBus: string) =>
  allow(
    ['events:PutEvents'],
    [arn(`events:${here}:event-bus/${eventBus}`)],
    only('ForAllValues:StringEquals', 'events:source', 'forgebridge'),
  );

const starts = (stateMachine: string) =>
  allow(['states:StartExecution'], [arn(`states:${here}:stateMachine:${stateMachine}`)]);

/** The suffix covers the streams of this one group. */
function writesItsLog(functionName: string) {
  const group = `logs:${here}:log-group:/aws/lambda/${functionName}:*`;
  return [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [arn(group)])];
}

/** `ForAllValues` holds for a request without the key as well: `Null` asks that it be there. */
function only(operator: string, key: string, ...values: readonly string[]) {
  return { [operator]: { [key]: values }, Null: { [key]: 'false' } };
}

/** Only records whose partition key is like that. */
const leading = (pattern: string) =>
  only('ForAllValues:StringLike', 'dynamodb:LeadingKeys', pattern);

/** Reads one key by its hash, and nothing else that may stand in that table. */
const knowsKeys = (table: string) =>
  allow(['dynamodb:GetItem'], [arn(`dynamodb:${here}:table/${table}`)], leading('APIKEYS'));

/** A statement for each kind of record; `Query byTime` is a query of the index of that name alone. */
function tableAccess({ table = {}, due }: Grants) {
  const byKind = Object.entries(table).flatMap(([kind, actions]) => {
    // The keys of `table` are those of `partitions`.
    const within = leading(partitions[kind as keyof typeof partitions]);
    const plain = actions.filter((action) => typeof action === 'string');
    const items = plain.filter((action) => action !== 'Query byTime');
    const updates = actions.filter((action) => typeof action !== 'string');
    return [
      ...(items.length === 0
        ? []
        : [
            allow(
              items.map((action) => `dynamodb:${action}`),
              [tableArn],
              within,
            ),
          ]),
      ...(plain.length === items.length
        ? []
        : [allow(['dynamodb:Query'], [indexArn('byTime')], within)]),
      ...updates.map(({ sets }) => updating(within, sets)),
    ];
  });
  return [...byKind, ...(due ? [allow(['dynamodb:Query'], [indexArn('due')])] : [])];
}

const tableArn: Value = { 'Fn::GetAtt': ['Table', 'Arn'] };

/** Updates of those records that touch no other attribute than these. */
function updating(within: ReturnType<typeof leading>, sets: readonly string[]) {
  return allow(['dynamodb:UpdateItem'], [tableArn], {
    ...within,
    ...only('ForAllValues:StringEquals', 'dynamodb:Attributes', 'pk', 'sk', ...sets),
    Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
  });
}

const notesKeyUses = updating(leading(partitions.keyUses), ['v', 'usedAt']);

const indexArn = (index: string) => ({ 'Fn::Sub': `\${Table.Arn}/index/${index}` });

function secretAccess(wanted: NonNullable<Grants['secrets']>, providers: RoleNames['providers']) {
  const ids = wanted.flatMap((name) => {
    if (name === 'client') return providers.map(({ clientSecret }) => clientSecret);
    if (name === 'app-key') return providers.flatMap(({ appKeySecret }) => appKeySecret ?? []);
    return name === 'keys/seal' ? 'SealKeySecret' : 'OpenKeySecret';
  });
  if (ids.length === 0) return [];
  return [
    allow(
      ['secretsmanager:GetSecretValue'],
      ids.map((id) => ({ 'Fn::GetAtt': [id, 'Id'] })),
    ),
  ];
}

function role(service: string, Statement: readonly Value[]): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: `${service}.amazonaws.com` },
            Action: 'sts:AssumeRole',
          },
        ],
      },
      Policies: [
        { PolicyName: 'permissions', PolicyDocument: { Version: '2012-10-17', Statement } },
      ],
    },
  };
}
