import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { outcomes } from '../../lib/vault/vault.ts';
import { chosen, prod } from './stages.ts';
import { functionsOf, stringsIn, type Template } from './template.ts';

const metric = z.looseObject({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })),
});
const alarmSchema = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()),
  TreatMissingData: z.string(),
  Metrics: z.optional(
    z.array(z.looseObject({ MetricStat: z.optional(z.looseObject({ Metric: metric })) })),
  ),
});

describe('the alarms', () => {
  let template: Template;
  let alarms: readonly (readonly [name: string, alarm: z.output<typeof alarmSchema>])[];
  beforeAll(async () => {
    ({ template } = await prod());
    alarms = template.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
      const alarm = alarmSchema.parse(Properties);
      return [alarm.AlarmName, alarm];
    });
  });

  const metricsOf = (alarm: z.output<typeof alarmSchema>) =>
    alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [metric.parse(alarm)];

  test('given the dangers that an operator must hear of, when compiled, then each has an alarm', () => {
    expect(alarms.map(([name]) => name.replace('forgebridge-prod-', '')).toSorted()).toEqual([
      'api-errors',
      'clock-skew',
      'connections-breaking',
      'dead-letters',
      'erasure-stuck',
      'functions-throttled',
      'internal-error',
      'invalid-client',
      'misconfigured',
      'orphan-left',
      'provider-limits',
      'record-refused',
      'refresh-failing',
      'revocation-abandoned',
      'steps-failing',
      'table-throttled',
      'workflow-failures',
      'workflow-stuck',
    ]);
  });

  test('given each alarm, when read, then it says what to do first, reports to the topic and is calm when nothing happens', () => {
    for (const [name, alarm] of alarms) {
      expect(alarm.AlarmDescription, name).toMatch(/\. First: \S/);
      expect(alarm.AlarmActions, name).toEqual([{ Ref: 'Alarms' }]);
      expect(alarm.TreatMissingData, name).toBe('notBreaching');
    }
  });

  test('given the metrics of ours that alarms watch, when compared, then the code counts each under this stage', () => {
    const ours = alarms.flatMap(([, alarm]) =>
      metricsOf(alarm).filter(({ Namespace }) => Namespace === 'forgebridge'),
    );
    expect(ours.length).toBeGreaterThan(5);
    const names = new Set<string>([...outcomes, 'failed', 'clock_skew']);
    expect(ours.filter(({ MetricName }) => !names.has(MetricName))).toEqual([]);
    for (const { Dimensions } of ours) {
      expect(Dimensions).toContainEqual({ Name: 'service', Value: 'forgebridge-prod' });
    }
    const { Variables } = Object(template.get('RefreshTokenLambdaFunction').Properties.Environment);
    expect(Variables).toMatchObject({
      POWERTOOLS_SERVICE_NAME: 'forgebridge-prod',
      POWERTOOLS_METRICS_NAMESPACE: 'forgebridge',
    });
  });

  test('given the functions that alarms watch, when compared, then each exists', () => {
    const watched = alarms.flatMap(([, alarm]) =>
      metricsOf(alarm).flatMap(({ Dimensions }) =>
        Dimensions.flatMap(({ Name, Value }) => (Name === 'FunctionName' ? [Value] : [])),
      ),
    );
    const names = functionsOf(template, 'prod').map(([name]) => `forgebridge-prod-${name}`);
    expect(watched.length).toBeGreaterThan(7);
    expect(watched.filter((name) => !names.includes(String(name)))).toEqual([]);
  });

  test('given the alarm on an expression, when compiled, then it stays within the ten metrics that CloudWatch takes', () => {
    for (const [name, alarm] of alarms)
      expect(alarm.Metrics?.length ?? 1, name).toBeLessThanOrEqual(1 + 10);
  });

  test('given each function, when it logs a failure, then a filter counts it by its code', () => {
    const filters = template.ofType('AWS::Logs::MetricFilter').map(([, each]) => each.Properties);
    expect(filters.map(({ LogGroupName }) => LogGroupName)).toEqual(
      functionsOf(template, 'prod').map(([, id]) => ({
        Ref: id.replace(/LambdaFunction$/, 'LogGroup'),
      })),
    );
  });

  test('given an address for alarms, when compiled, then the topic writes to it', () => {
    expect(template.get('AlarmEmail').Properties).toEqual({
      Endpoint: chosen.ALARM_EMAIL,
      Protocol: 'email',
      TopicArn: { Ref: 'Alarms' },
    });
  });

  test('given the dashboard, when compiled, then its body is JSON, and every resource it names exists', () => {
    const [body = ''] = stringsIn(template.get('Dashboard').Properties.DashboardBody);
    const widgets = z.object({ widgets: z.array(z.unknown()) }).parse(JSON.parse(body)).widgets;
    expect(widgets.length).toBeGreaterThan(5);
    const named = [...body.matchAll(/\$\{(?!AWS::)(\w+)/g)].map(([, id]) => id ?? '');
    expect(named.filter((id) => !Object.hasOwn(template.resources, id))).toEqual([]);
  });
});
