import { beforeAll, describe, expect, test } from 'vitest';
import { chosen, dev, prod } from './stages.ts';
import { functionsOf, grantsOf, logicalId, stringsIn, type Template } from './template.ts';

/** May open sealed tokens: they act with one, end one, or hand one out. */
const openers = [
  'refreshToken',
  'deleteConnection',
  'listNamespaces',
  'listRepositories',
  'checkName',
  'generateFromTemplate',
  'forkRepo',
  'createEmptyRepo',
  'pollImportStatus',
  'configureRepo',
  'commitFiles',
  'finishOperation',
  'eraseRecords',
  'careForIdle',
  'listInstallationRepositories',
  'atomgitInstallationToken',
];

/** Sign as an app. */
const signers = ['listInstallations', 'listInstallationRepositories', 'atomgitInstallationToken'];

/** AWS offers nothing narrower than `*` for these. */
const xray = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
/** Each state machine and its role. */
const machines = [
  ['CreateRepositoryStateMachine', 'CreateRepositoryStateMachineRole'],
  ['EraseSubjectStateMachine', 'EraseSubjectStateMachineRole'],
] as const;
const machineRoles: readonly string[] = machines.map(([, role]) => role);

describe.each([
  ['dev', dev],
  ['prod', prod],
])('roles on stage %s', (stage, load) => {
  let template: Template;
  let functions: ReturnType<typeof functionsOf>;
  beforeAll(async () => {
    template = (await load()).template;
    functions = functionsOf(template, stage);
  });

  const rolesThat = (reads: (resource: string) => boolean) =>
    functions.flatMap(([name]) => {
      const { statements } = grantsOf(template.get(logicalId(name, 'Role')));
      const may = statements.some(
        ({ Action, Resource }) =>
          Action.includes('secretsmanager:GetSecretValue') && stringsIn(Resource).some(reads),
      );
      return may ? [name] : [];
    });

  test('C57 given each function and state machine, when compiled, then each has a role of its own, and there is no other', () => {
    const roles = template.ofType('AWS::IAM::Role').map(([id]) => id);
    const own = functions.map(([name]) => logicalId(name, 'Role'));
    expect(new Set(roles)).toEqual(new Set([...own, ...machineRoles]));
    for (const [name, id] of functions) {
      const { Role } = template.get(id).Properties;
      expect(Role, name).toEqual({ 'Fn::GetAtt': [logicalId(name, 'Role'), 'Arn'] });
    }
    for (const [machine, role] of machines) {
      const { RoleArn } = template.get(machine).Properties;
      expect(RoleArn).toEqual({ 'Fn::GetAtt': [role, 'Arn'] });
    }
  });

  test('C57 given the compiled template, when searched, then no permission stands outside those roles', () => {
    const elsewhere = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::User'];
    expect(elsewhere.flatMap((type) => template.ofType(type))).toEqual([]);
    expect(template.resources).not.toHaveProperty('IamRoleLambdaExecution');
  });

  test('C57 given each role, when read, then only its own service takes it on', () => {
    for (const [id, role] of template.ofType('AWS::IAM::Role')) {
      const service = machineRoles.includes(id) ? 'states' : 'lambda';
      expect(grantsOf(role).services, id).toEqual([`${service}.amazonaws.com`]);
    }
  });

  test('C57 given each role, when read, then no action has a wildcard', () => {
    for (const [id, role] of template.ofType('AWS::IAM::Role')) {
      const actions = grantsOf(role).statements.flatMap(({ Action }) => Action);
      expect(actions.length, id).toBeGreaterThan(0);
      expect(
        actions.filter((action) => !/^[a-z0-9]+:[A-Za-z]+$/.test(action)),
        id,
      ).toEqual([]);
    }
  });

  test('C57 given each role, when read, then it may act on everything only for traces and log delivery', () => {
    for (const [id, role] of template.ofType('AWS::IAM::Role')) {
      const everywhere = grantsOf(role).statements.filter(({ Resource }) =>
        stringsIn(Resource).includes('*'),
      );
      const actions = everywhere.map(({ Action }) => Action);
      expect(actions, id).toEqual(machineRoles.includes(id) ? [xray, logDelivery] : [xray]);
    }
  });

  test("C57 given each role, when read, then its only ARN with a wildcard is that of its own log group's streams", () => {
    const here = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}`;
    const wildcards = template.ofType('AWS::IAM::Role').flatMap(([id, role]) =>
      grantsOf(role).statements.flatMap(({ Resource }) =>
        stringsIn(Resource)
          .filter((resource) => resource.includes('*') && resource !== '*')
          .map((resource) => `${id} ${resource}`),
      ),
    );
    const streams = functions.map(
      ([name]) =>
        `${logicalId(name, 'Role')} ${here}:log-group:/aws/lambda/forgebridge-${stage}-${name}:*`,
    );
    expect(wildcards.toSorted()).toEqual(streams.toSorted());
  });

  test('C57 given every ARN in the template, when read, then its partition, region and account are those of the stack', () => {
    const arns = ownStrings(template).filter((text) => text.includes('arn:'));
    expect(arns.length).toBeGreaterThan(functions.length);
    const ours =
      /^arn:\$\{AWS::Partition\}:[\w-]+:\$\{AWS::Region\}:\$\{AWS::AccountId\}:[^*]*(:\*|\/\*)?$/;
    // Names of buckets are global; the framework's policy on its own bucket only denies.
    const bucket = /^arn:\$\{AWS::Partition\}:s3:::\$\{ServerlessDeploymentBucket\}(\/\*)?$/;
    expect(arns.filter((text) => !ours.test(text) && !bucket.test(text))).toEqual([]);
  });

  test('C57 given the permissions to invoke, when read, then only this HTTP API and the rules of this stack have any', () => {
    const api = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${HttpApi}/*`;
    for (const [id, { Properties }] of template.ofType('AWS::Lambda::Permission')) {
      const source =
        Properties.Principal === 'apigateway.amazonaws.com'
          ? [api]
          : [expect.stringMatching(/^\w+$/), 'Arn'];
      expect(stringsIn(Properties.SourceArn), id).toEqual(source);
    }
  });

  test('C57 given the whole template, when searched, then no region and no domain of one partition stands in it', () => {
    const texts = ownStrings(template);
    expect(texts.filter((text) => /\b(us|eu|ap|cn|sa|ca|me|af|il)-[a-z]+-\d\b/.test(text))).toEqual(
      [],
    );
    const service = /^(lambda|states|apigateway|events|scheduler)\.amazonaws\.com$/;
    expect(texts.filter((text) => text.includes('amazonaws.com') && !service.test(text))).toEqual(
      [],
    );
  });

  test.each(machines)(
    'C57 given the role of %s, when read, then it invokes exactly the steps',
    (id, role) => {
      const invoke = grantsOf(template.get(role)).statements.find(({ Action }) =>
        Action.includes('lambda:InvokeFunction'),
      );
      const invoked = stringsIn(invoke?.Resource).map((arn) => arn.split(`-${stage}-`).at(-1));
      const machine = template.get(id).Properties;
      const steps = JSON.stringify(machine.DefinitionString).matchAll(/"(\w+)LambdaFunction"/g);
      const called = new Set([...steps].map(([, id = '']) => id));
      expect(new Set(invoked.map((name) => logicalId(name ?? '', '')))).toEqual(called);
    },
  );

  test('C57 given the indexes of the table, when the roles are read, then each is open to those functions alone that query it', () => {
    const may = (index: string) =>
      functions.flatMap(([name]) =>
        stringsIn(grantsOf(template.get(logicalId(name, 'Role'))).statements).some((text) =>
          text.endsWith(`/index/${index}`),
        )
          ? [name]
          : [],
      );
    expect({ byTime: may('byTime'), due: may('due') }).toEqual({
      byTime: ['page', 'listOperations'],
      due: ['endSessions', 'careForIdle', 'endOverdue', 'eraseRecords'],
    });
  });

  test('C23 given the opening key, when the roles are read, then exactly the functions that use stored tokens may read it', () => {
    expect(rolesThat((id) => id === 'OpenKeySecret').toSorted()).toEqual(openers.toSorted());
  });

  test('C23 given the functions that face the internet without an API key, when their roles are read, then none can open a token', () => {
    const may = rolesThat((id) => id === 'OpenKeySecret');
    const facing = ['startConnect', 'getToken', 'page', 'openSession', 'createRepository'];
    expect(facing.filter((name) => may.includes(name))).toEqual([]);
  });

  test('C28 given the keys of apps, when the roles are read, then exactly the functions that sign may read them', () => {
    const keys = stage === 'prod' ? ['GithubAppKeySecret', 'AtomgitAppKeySecret'] : [];
    const secrets = template.ofType('AWS::SecretsManager::Secret').map(([id]) => id);
    expect(secrets.filter((id) => id.includes('AppKey')).toSorted()).toEqual(keys.toSorted());
    for (const key of keys) expect(rolesThat((id) => id === key)).toEqual(signers);
  });
});

/** Every string in the template that no deployer chose. */
function ownStrings(template: Template): readonly string[] {
  const foreign: readonly string[] = Object.values(chosen);
  return stringsIn(template.resources).filter((text) => !foreign.includes(text));
}
