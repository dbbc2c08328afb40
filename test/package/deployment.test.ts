import { beforeAll, describe, expect, test } from 'vitest';
import { chosen, dev, prod } from './stages.ts';
import { functionsOf, logicalId, type Resource, stringsIn, type Template } from './template.ts';

describe.each([
  ['dev', dev],
  ['prod', prod],
])('the compiled template on stage %s', (stage, load) => {
  let template: Template;
  let functions: readonly (readonly [name: string, Resource])[];
  beforeAll(async () => {
    template = (await load()).template;
    functions = functionsOf(template, stage).map(([name, id]) => [name, template.get(id)]);
  });

  const protectedTypes = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'];

  test('given the data, when the stage is prod, then it outlives the stack; elsewhere nothing is left behind', () => {
    const kept = Object.values(template.resources).filter(
      ({ DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }) =>
        DeletionPolicy !== 'Delete' || UpdateReplacePolicy !== 'Delete',
    );
    const data = protectedTypes.flatMap((type) => template.ofType(type));
    expect(data.length).toBeGreaterThan(3);
    expect(new Set(kept)).toEqual(new Set(stage === 'prod' ? data.map(([, each]) => each) : []));
    const [first] = kept;
    if (stage === 'prod') {
      expect(first).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('given the tables, when compiled, then each is encrypted, and recoverable and undeletable on prod only', () => {
    const tables = template.ofType('AWS::DynamoDB::Table');
    expect(tables.map(([id]) => id)).toEqual(['Table', 'KeyTable']);
    for (const [id, { Properties }] of tables) {
      expect(Properties, id).toMatchObject({
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: stage === 'prod' },
        DeletionProtectionEnabled: stage === 'prod',
      });
    }
  });

  test('given all that is stored beside the table, when compiled, then it is encrypted at rest', () => {
    for (const [id, { Properties }] of template.ofType('AWS::SQS::Queue')) {
      expect(Properties.SqsManagedSseEnabled, id).toBe(true);
    }
    for (const [id, { Properties }] of template.ofType('AWS::S3::Bucket')) {
      expect(Properties.BucketEncryption, id).toBeDefined();
    }
  });

  test('given the secrets, when compiled, then none has a value in the template', () => {
    for (const [id, { Properties }] of template.ofType('AWS::SecretsManager::Secret')) {
      expect(Object.keys(Properties).toSorted(), id).toEqual(['Description', 'Name']);
    }
  });

  test('given each function, when compiled, then its log group exists and forgets after 30 days, or as long as was chosen', () => {
    const groups = template.ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties);
    const names = groups.map(({ LogGroupName }) => LogGroupName);
    for (const [name, { Properties }] of functions) {
      expect(names, name).toContain(`/aws/lambda/${String(Properties.FunctionName)}`);
    }
    const days = stage === 'prod' ? Number(chosen.LOG_RETENTION_DAYS) : 30;
    expect(groups.filter(({ RetentionInDays }) => Number(RetentionInDays) !== days)).toEqual([]);
  });

  test('given a destination for audit lines, when compiled, then those of each function are copied there, and nothing else', () => {
    const copies = template.ofType('AWS::Logs::SubscriptionFilter');
    const expected = functions.map(([name]) => ({
      LogGroupName: { Ref: logicalId(name, 'LogGroup') },
      FilterPattern: '{ $.audit IS TRUE }',
      DestinationArn: chosen.AUDIT_DESTINATION,
      RoleArn: chosen.AUDIT_ROLE,
    }));
    expect(copies.map(([, { Properties }]) => Properties)).toEqual(
      stage === 'prod' ? expected : [],
    );
  });

  test('C46 given each function, when compiled, then it ends at 29 s, before the HTTP API would', () => {
    for (const [name, { Properties }] of functions) expect(Properties.Timeout, name).toBe(29);
  });

  test('given each function, when compiled, then it runs Node 24 on arm64, is traced, and keeps no old versions', () => {
    for (const [name, { Properties }] of functions) {
      expect(Properties, name).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
    }
    expect(template.ofType('AWS::Lambda::Version')).toEqual([]);
  });

  test.each(['CreateRepositoryStateMachine', 'EraseSubjectStateMachine'])(
    'C45 given %s, when compiled, then it is traced and logs errors without what it was given',
    (machine) => {
      expect(template.get(machine).Properties).toMatchObject({
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: {
          Level: 'ERROR',
          IncludeExecutionData: false,
          Destinations: [
            {
              CloudWatchLogsLogGroup: {
                LogGroupArn: { 'Fn::GetAtt': ['WorkflowLogGroup', 'Arn'] },
              },
            },
          ],
        },
      });
    },
  );

  test('C50 given the routes that people click, when compiled, then their throttle is low', () => {
    const routes = Object.entries(throttles(template).routes);
    const clicked = routes.filter(([route]) =>
      /^\S+ \/(sessions|connect|callback|install)\b/.test(route),
    );
    expect(clicked.map(([route]) => route)).toContain('GET /callback/{provider}');
    for (const [route, { ThrottlingRateLimit, ThrottlingBurstLimit }] of clicked) {
      expect([ThrottlingRateLimit, ThrottlingBurstLimit], route).toEqual([20, 40]);
    }
  });

  test('C50 given the token route, when compiled, then its throttle is above that of any other', () => {
    const { routes, others } = throttles(template);
    const token = routes['POST /connections/{connectionId}/token']?.ThrottlingRateLimit;
    expect(token).toBe(500);
    expect(others).toMatchObject({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
  });

  test('C50 given each throttled route, when compiled, then it exists, and the stage waits for it', () => {
    const stageResource = template.get('HttpApiStage');
    const byKey = new Map(
      template
        .ofType('AWS::ApiGatewayV2::Route')
        .map(([id, { Properties }]) => [Properties.RouteKey, id]),
    );
    const limited = Object.keys(throttles(template).routes).map((route) => byKey.get(route));
    expect(stageResource.DependsOn).toEqual(limited);
  });

  test('C50 given reserved concurrency, when nothing was chosen, then no function has any; else exactly those named', () => {
    const reserved = functions.flatMap(([name, { Properties }]) =>
      Properties.ReservedConcurrentExecutions === undefined
        ? []
        : [[name, Properties.ReservedConcurrentExecutions]],
    );
    const asked = { refreshToken: 50, getToken: 10 };
    expect(Object.fromEntries(reserved)).toEqual(stage === 'prod' ? asked : {});
  });

  test('C49 given each function that is invoked asynchronously, when compiled, then what it cannot handle ends in the dead-letter queue', () => {
    const targets = [
      ...template.ofType('AWS::Events::Rule'),
      ...template.ofType('AWS::Scheduler::Schedule'),
    ].flatMap(([, { Properties }]) => stringsIn(Properties));
    const asynchronous = functionsOf(template, stage).filter(([, id]) => targets.includes(id));
    expect(asynchronous.map(([name]) => name)).toContain('careForIdle');
    for (const [name, id] of asynchronous) {
      const { DeadLetterConfig, Role } = template.get(id).Properties;
      expect(DeadLetterConfig, name).toEqual({
        TargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] },
      });
      const role = template.get(stringsIn(Role)[0] ?? '');
      expect(stringsIn(role.Properties), name).toContain('sqs:SendMessage');
    }
  });

  test('given the public address, when a custom one was chosen, then every function has it; else the API speaks for itself', () => {
    const own = `https://\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}`;
    for (const [name, { Properties }] of functions) {
      const { Variables } = Object(Properties.Environment);
      expect(stringsIn(Variables.PUBLIC_URL), name).toEqual([
        stage === 'prod' ? chosen.PUBLIC_URL : own,
      ]);
    }
  });

  test('C26 given the environment of each function, when compiled, then nothing in it is a secret', () => {
    const known =
      /^(STAGE|(KEY_)?TABLE_NAME|SECRET_PREFIX|PUBLIC_URL|FRONT_DIGEST|LOGIN_URL|RETURN_ORIGINS|OIDC_(ISSUER|AUDIENCE|TOKENS_CLAIM|SUBJECT_PREFIX)|(STATE|ERASURE)_MACHINE_ARN|EVENT_BUS|PAGE_(NAME|LOGO|ACCENT|SUPPORT|MAKER|FRAMES)|POWERTOOLS_\w+|NODE_OPTIONS)$/;
    for (const [name, { Properties }] of functions) {
      const { Variables } = Object(Properties.Environment);
      expect(
        Object.keys(Variables).filter((variable) => !known.test(variable)),
        name,
      ).toEqual([]);
    }
  });
});

/** The throttles of the HTTP API: of single routes, and of all the others. */
function throttles(template: Template) {
  const { RouteSettings, DefaultRouteSettings } = template.get('HttpApiStage').Properties;
  return {
    // CloudFormation's own shape; whatever is missing in it fails the expectations.
    routes: RouteSettings as Record<string, Record<string, number>>,
    others: DefaultRouteSettings,
  };
}
