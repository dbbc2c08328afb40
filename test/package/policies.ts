import { requestOf } from '../../infra/local/aws-requests.ts';
import { resolveIntrinsics } from '../../infra/local/intrinsics.ts';
import { allows, permissionsOf, type Statement, statementsOf } from '../../infra/local/policies.ts';
import { account, region } from '../../infra/local/template.ts';
import { functionsOf, logicalId, type Template } from './template.ts';

/** The roles of a compiled template, asked as IAM would be. */
export interface CompiledRoles {
  readonly functions: readonly string[];
  readonly tableName: string;
  readonly keyTableName: string;
  /** All that the function's role allows, by `permissionName`, but for what Lambda does in its name. */
  allowed(functionKey: string): readonly string[];
  /** Whether the function's role allows that call: `DynamoDB_20120810.PutItem` and its input. */
  may(functionKey: string, target: string, input: unknown): boolean;
}

export function compiledRoles(template: Template, stage: string): CompiledRoles {
  const nameOf = (id: string) => String(template.get(id).Properties.TableName);
  const functions = functionsOf(template, stage).map(([name]) => name);
  const roles = new Map<string, readonly Statement[]>(
    functions.map((name) => {
      const { Properties } = template.get(logicalId(name, 'Role'));
      return [name, statementsOf(resolveIntrinsics(Properties, deployed))];
    }),
  );
  /** What a reference is once it is deployed. */
  function deployed(reference: string): string {
    const constants: Readonly<Record<string, string>> = {
      'AWS::Partition': 'aws',
      'AWS::Region': region,
      'AWS::AccountId': account,
    };
    const [id = '', attribute] = reference.split('.');
    const known = constants[reference];
    if (known !== undefined) return known;
    const { Type, Properties } = template.get(id);
    const of = `${region}:${account}`;
    if (Type === 'AWS::DynamoDB::Table') return `arn:aws:dynamodb:${of}:table/${nameOf(id)}`;
    if (Type === 'AWS::SQS::Queue') return `arn:aws:sqs:${of}:${Properties.QueueName}`;
    if (Type === 'AWS::SecretsManager::Secret') {
      return `arn:aws:secretsmanager:${of}:secret:${Properties.Name}-AbCdEf`;
    }
    throw new Error(`a role names ${id}.${attribute}`);
  }

  return {
    functions,
    tableName: nameOf('Table'),
    keyTableName: nameOf('KeyTable'),
    allowed: (key) =>
      [...permissionsOf(roles.get(key) ?? [])].filter((name) => !/^(logs|xray):/.test(name)),
    may: (key, target, input) =>
      (roles.get(key) ?? []).some((statement) => allows(statement, requestOf({ target, input }))),
  };
}
