import { type Framework, logicalId, type Resource, type TemplatePart } from './framework.ts';

/**
 * Copies every audit line to a place where nobody who works here can change it: `AUDIT_DESTINATION`
 * is the ARN of a Firehose or Kinesis stream, `AUDIT_ROLE` of the role by which CloudWatch Logs writes
 * there. Without them the lines stay in the log groups alone.
 */
export async function auditResources(framework: Framework): Promise<TemplatePart> {
  const destination = process.env.AUDIT_DESTINATION ?? '';
  const role = process.env.AUDIT_ROLE ?? '';
  if (destination === '') return { Resources: {} };
  if (role === '') throw new Error('AUDIT_DESTINATION needs AUDIT_ROLE: who may write there.');
  const functions = Object(await framework.resolveConfigurationProperty(['functions']));
  const copies = Object.keys(functions).map((name): readonly [string, Resource] => [
    logicalId(name, 'AuditCopy'),
    {
      Type: 'AWS::Logs::SubscriptionFilter',
      Properties: {
        LogGroupName: { Ref: logicalId(name, 'LogGroup') },
        FilterPattern: '{ $.audit IS TRUE }',
        DestinationArn: destination,
        RoleArn: role,
      },
    },
  ]);
  return { Resources: Object.fromEntries(copies) };
}
