import { type Framework, logicalId, type Resource, type TemplatePart } from './framework.ts';

/**
 * Counts the failures that the functions log, by their code: metric `failed`, dimensions `service`
 * (names the stage) and `code`. What is refused for the caller's own fault is no failure.
 */
export async function failureResources(framework: Framework): Promise<TemplatePart> {
  const functions = Object(await framework.resolveConfigurationProperty(['functions']));
  const filters = Object.keys(functions).map(
    (name) => [logicalId(name, 'FailureFilter'), filter(logicalId(name, 'LogGroup'))] as const,
  );
  return { Resources: Object.fromEntries(filters) };
}

function filter(logGroup: string): Resource {
  return {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: { Ref: logGroup },
      FilterPattern: '{ ($.message = "failed") && ($.code = "*") }',
      MetricTransformations: [
        {
          MetricNamespace: 'forgebridge',
          MetricName: 'failed',
          MetricValue: '1',
          Unit: 'Count',
          Dimensions: [
            { Key: 'service', Value: '$.service' },
            { Key: 'code', Value: '$.code' },
          ],
        },
      ],
    },
  };
}
