import { steps } from '../../lib/api/grants.ts';
import {
  deploymentName,
  type Framework,
  logicalId,
  type Resource,
  type TemplatePart,
} from './framework.ts';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: Dimension }[];
}
type Dimension = string | Readonly<Record<string, string | readonly string[]>>;

interface Alarm {
  /** What is wrong, and what to do first. */
  readonly description: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Metric math over the names in `metrics`; missing: their sum. */
  readonly expression?: string;
  /** Rings from this value on, in each of so many periods. */
  readonly atLeast: number;
  readonly periods?: number;
  /** Length of a period; 300. */
  readonly seconds?: number;
  readonly statistic?: 'Sum' | 'Maximum';
}

/**
 * What wakes an operator. Each description says what to do first; the runbook says the rest:
 * docs/operations.md. `ALARM_EMAIL` subscribes an address; the topic is there either way.
 */
export async function alarmResources(framework: Framework): Promise<TemplatePart> {
  const deployment = await deploymentName(framework);
  const address = process.env.ALARM_EMAIL ?? '';
  const resources = Object.entries(alarms(metricsOf(deployment))).map(([name, alarm]) => [
    logicalId(
      name.replace(/-([a-z])/g, (part) => part.slice(-1).toUpperCase()),
      'Alarm',
    ),
    {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: `${deployment}-${name}`,
        AlarmDescription: alarm.description,
        AlarmActions: [{ Ref: 'Alarms' }],
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: alarm.periods ?? 1,
        TreatMissingData: 'notBreaching',
        Threshold: alarm.atLeast,
        ...measured(alarm),
      },
    },
  ]);
  return {
    Resources: {
      Alarms: { Type: 'AWS::SNS::Topic', Properties: { TopicName: `${deployment}-alarms` } },
      ...(address === '' ? {} : { AlarmEmail: subscription(address) }),
      ...Object.fromEntries(resources),
    },
  };
}

/** Where each number comes from. `count` is what lib/aws/metrics.ts counts. */
function metricsOf(deployment: string) {
  const metric = (
    Namespace: string,
    MetricName: string,
    dimensions: Readonly<Record<string, Dimension>>,
  ): Metric => ({
    Namespace,
    MetricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  });
  return {
    count: (name: string) => metric('forgebridge', name, { service: deployment }),
    failed: (code: string) => metric('forgebridge', 'failed', { service: deployment, code }),
    lambda: (name: string, of: string) =>
      metric('AWS/Lambda', name, { FunctionName: `${deployment}-${of}` }),
    api: (name: string) => metric('AWS/ApiGateway', name, { ApiId: { Ref: 'HttpApi' } }),
    table: (name: string) => metric('AWS/DynamoDB', name, { TableName: { Ref: 'Table' } }),
    workflow: (name: string) =>
      metric('AWS/States', name, { StateMachineArn: { Ref: 'CreateRepositoryStateMachine' } }),
    erasing: (name: string) =>
      metric('AWS/States', name, { StateMachineArn: { Ref: 'EraseSubjectStateMachine' } }),
    queue: (name: string) =>
      metric('AWS/SQS', name, { QueueName: { 'Fn::GetAtt': ['DeadLetters', 'QueueName'] } }),
  };
}

/** Of each alarm: the metrics it adds up (or `expression` of them), and from what on it rings. */
const alarms = ({
  count,
  failed,
  lambda,
  api,
  table,
  workflow,
  erasing,
  queue,
}: ReturnType<typeof metricsOf>): Readonly<Record<string, Alarm>> => ({
  misconfigured: {
    description:
      'A secret, key or setting is missing or wrong, and users are refused. First: GET /health names what is missing; then look for "Misconfigured" in the logs and do what its remedy says.',
    metrics: { failures: failed('Misconfigured') },
    atLeast: 1,
  },
  'invalid-client': {
    description:
      "A provider refused our client id or secret while refreshing. No user is marked for it, but none is refreshed either. First: compare the client secret with the provider's page, then npm run configure.",
    metrics: { refusals: count('misconfigured') },
    atLeast: 1,
  },
  'internal-error': {
    description:
      'Something failed that the code has no name for. First: read the log lines with code InternalError; "cause" and "at" say what and where. After a deployment: roll back.',
    metrics: { failures: failed('InternalError') },
    atLeast: 1,
  },
  'refresh-failing': {
    description:
      "Tokens are not being refreshed: a provider is down, slow, or its answers get lost. First: look at the provider's status page; if it is gone for long, set disabled for it and deploy.",
    metrics: { unavailable: count('provider_unavailable'), lost: count('reply_lost') },
    atLeast: 10,
    periods: 2,
  },
  'connections-breaking': {
    description:
      'Unusually many users must connect again. First: find out whether it is one provider (audit lines name it); if so, whether its app was changed, suspended or its grants revoked.',
    metrics: { broken: count('reconnect_required') },
    atLeast: 20,
    seconds: 900,
  },
  'orphan-left': {
    description:
      "A fresh token could be neither stored nor revoked and lives until it expires. First: check the table's throttles and errors at that minute; the audit lines name the connection.",
    metrics: { orphans: count('orphan_left') },
    atLeast: 1,
  },
  'revocation-abandoned': {
    description:
      'A user disconnected, and the provider could not be told in time: the token is deleted here but may still live there. First: see whether that provider was unreachable; the user can revoke the app on its page.',
    metrics: { abandoned: count('revocation_abandoned') },
    atLeast: 1,
  },
  'record-refused': {
    description:
      'A connection in the table is not as it was sealed: somebody changed its provider, status or times, or moved it. It is used for nothing. First: the log lines "record_refused" name the connection; find out which role or person wrote to the table (CloudTrail data events), and take that right away.',
    metrics: { refused: count('record_refused') },
    atLeast: 1,
  },
  'provider-limits': {
    description:
      'A provider limits how often we may ask. First: find the log lines "refused" with code RateLimited; the audit line of the same requestId names the provider. Ask it for a higher limit or lower the throttles in infra/cloudformation/limits.ts.',
    metrics: { limited: count('rate_limited') },
    atLeast: 50,
  },
  'clock-skew': {
    description:
      'The Date of answers from providers is more than 30 s away from our clock: ends of tokens can be misjudged and JWTs of apps refused. First: find the log lines "clock differs"; they name the provider and the seconds. One provider: its clock is wrong. All of them: ours is.',
    metrics: { differing: count('clock_skew') },
    atLeast: 5,
  },
  'api-errors': {
    description:
      'The HTTP API answers with 5xx. First: GET /health; then the log lines "failed" of the last minutes, by code. None there: a function did not start or was throttled.',
    metrics: { errors: api('5xx') },
    atLeast: 10,
  },
  'steps-failing': {
    description:
      'Steps of the workflow fail more often than hosts usually make them. First: read the log lines "refused" and "failed" of the steps, by code; RateLimited (refused) and ProviderUnavailable (failed) point at a host, InternalError (failed) at us.',
    // One expression takes at most ten metrics: one for each step leaves room for three more.
    metrics: Object.fromEntries(steps.map((step) => [step, lambda('Errors', step)])),
    atLeast: 20,
  },
  'workflow-failures': {
    description:
      'More than half of the repositories that were asked for failed, and at least five. First: list the codes of the failed executions; one code for all points at one host or one template.',
    metrics: { failed: workflow('ExecutionsFailed'), fine: workflow('ExecutionsSucceeded') },
    expression:
      'IF(FILL(failed, 0) >= 5, 100 * FILL(failed, 0) / (FILL(failed, 0) + FILL(fine, 0)), 0)',
    atLeast: 50,
    seconds: 900,
  },
  'workflow-stuck': {
    description:
      'An execution was ended from outside or by its last time limit; the steps should have ended it. First: open the execution; getOperation reports the operation as ImportTimedOut by itself.',
    metrics: { late: workflow('ExecutionsTimedOut'), aborted: workflow('ExecutionsAborted') },
    atLeast: 1,
  },
  'erasure-stuck': {
    description:
      'The erasure of a subject ended before everything was gone: nine days were over, or somebody stopped it. First: read the last log lines "failed" of eraseRecords; when mended, ask for the erasure again, which goes on where it stood.',
    metrics: { late: erasing('ExecutionsTimedOut'), aborted: erasing('ExecutionsAborted') },
    atLeast: 1,
  },
  'dead-letters': {
    description:
      "An asynchronous function kept failing, and its event waits in the dead-letter queue. First: read that function's last errors; when mended, the next scheduled run does the work: purge the queue.",
    metrics: { waiting: queue('ApproximateNumberOfMessagesVisible') },
    statistic: 'Maximum',
    atLeast: 1,
  },
  'functions-throttled': {
    description:
      "Lambda turns invocations away: the account's concurrency, or what RESERVED_CONCURRENCY leaves, is used up. First: see who uses it (ConcurrentExecutions by function); raise the account's quota or lower the throttles in infra/cloudformation/limits.ts.",
    metrics: Object.fromEntries(
      [...steps, 'refreshToken', 'getToken'].map((name) => [name, lambda('Throttles', name)]),
    ),
    atLeast: 1,
  },
  'table-throttled': {
    description:
      'DynamoDB turns requests away. First: look for one hot subject or a loop in the callers (consumed capacity, busiest route of the API); an on-demand table grows by itself within minutes.',
    metrics: { reads: table('ReadThrottleEvents'), writes: table('WriteThrottleEvents') },
    atLeast: 10,
  },
});

/** One metric stands for itself; several are added up unless an expression says otherwise. */
function measured({ metrics, expression, statistic = 'Sum', seconds = 300 }: Alarm) {
  const entries = Object.entries(metrics);
  const [[, only] = [], ...others] = entries;
  if (others.length === 0) return { ...only, Statistic: statistic, Period: seconds };
  const sum = entries.map(([id]) => `FILL(${id}, 0)`).join(' + ');
  return {
    Metrics: [
      { Id: 'result', Expression: expression ?? sum },
      ...entries.map(([Id, Metric]) => ({
        Id,
        ReturnData: false,
        MetricStat: { Metric, Stat: statistic, Period: seconds },
      })),
    ],
  };
}

function subscription(address: string): Resource {
  const Properties = { TopicArn: { Ref: 'Alarms' }, Protocol: 'email', Endpoint: address };
  return { Type: 'AWS::SNS::Subscription', Properties };
}
