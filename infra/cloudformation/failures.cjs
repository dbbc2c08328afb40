/**
 * Counts the failures that the functions log, by their code: metric `failed`, dimensions `service`
 * (names the stage) and `code`. What is refused for the caller's own fault is no failure.
 */
module.exports = async ({ resolveConfigurationProperty }) => {
  const functions = await resolveConfigurationProperty(['functions']);
  const filters = Object.keys(functions).map((name) => {
    const id = name.charAt(0).toUpperCase() + name.slice(1);
    return [`${id}FailureFilter`, filter(`${id}LogGroup`)];
  });
  return { Resources: Object.fromEntries(filters) };
};

function filter(logGroup) {
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
