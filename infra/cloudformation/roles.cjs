const { permissions, steps } = require('./permissions.cjs');
const providers = require('./providers.cjs');

/** One IAM role per function, made of infra/cloudformation/permissions.yml, and one for the state machine. */
module.exports = async ({ resolveVariable }) => {
  const service = `forgebridge-${await resolveVariable('sls:stage')}`;
  const stateMachine = await resolveVariable('self:custom.stateMachineName');
  const Resources = {};
  for (const [name, grants] of Object.entries(permissions)) {
    Resources[`${capitalized(name)}Role`] = role('lambda', [
      ...writesItsLog(`${service}-${name}`),
      traces,
      ...tableAccess(grants.table ?? []),
      ...secretAccess(grants.secrets ?? []),
      ...workflowAccess(grants, stateMachine),
      ...(grants.events ? [publishes] : []),
      ...(grants.async ? [leavesDeadLetters] : []),
    ]);
  }
  Resources.CreateRepositoryStateMachineRole = role('states', [
    allow(
      ['lambda:InvokeFunction'],
      steps.map((name) => lambdaArn(`${service}-${name}`)),
    ),
    traces,
    deliversLogs,
  ]);
  return { Resources };
};

const arnStart = 'arn:${AWS::Partition}';
const here = '${AWS::Region}:${AWS::AccountId}';
const sub = (template) => ({ 'Fn::Sub': template });
const capitalized = (name) => name[0].toUpperCase() + name.slice(1);
const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
const lambdaArn = (name) => sub(`${arnStart}:lambda:${here}:function:${name}`);

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

const publishes = allow(
  ['events:PutEvents'],
  [sub(`${arnStart}:events:${here}:event-bus/${process.env.EVENT_BUS || 'default'}`)],
);

/** The suffix covers the streams of this one group. */
function writesItsLog(functionName) {
  const group = `${arnStart}:logs:${here}:log-group:/aws/lambda/${functionName}`;
  return [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [sub(`${group}:*`)])];
}

/** `Query due` is a query of the index of that name, and of nothing else. */
function tableAccess(actions) {
  const indexes = actions.flatMap((action) => action.match(/^Query (\w+)$/)?.[1] ?? []);
  const items = actions.filter((action) => !action.includes(' '));
  return [
    ...(items.length === 0
      ? []
      : [
          allow(
            items.map((action) => `dynamodb:${action}`),
            [{ 'Fn::GetAtt': ['Table', 'Arn'] }],
          ),
        ]),
    ...indexes.map((index) => allow(['dynamodb:Query'], [sub(`\${Table.Arn}/index/${index}`)])),
  ];
}

function secretAccess(names) {
  const ids = names.flatMap((name) => {
    if (name === 'client') return providers().map(({ clientSecret }) => clientSecret);
    if (name === 'app-key') return providers().flatMap(({ appKeySecret }) => appKeySecret ?? []);
    return name === 'keys/seal' ? ['SealKeySecret'] : ['OpenKeySecret'];
  });
  if (ids.length === 0) return [];
  return [
    allow(
      ['secretsmanager:GetSecretValue'],
      ids.map((id) => ({ 'Fn::GetAtt': [id, 'Id'] })),
    ),
  ];
}

function workflowAccess({ start }, stateMachine) {
  if (!start) return [];
  return [
    allow(
      ['states:StartExecution'],
      [sub(`${arnStart}:states:${here}:stateMachine:${stateMachine}`)],
    ),
  ];
}

function role(service, Statement) {
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
