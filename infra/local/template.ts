import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { parse, type ScalarTag } from 'yaml';
import * as z from 'zod/mini';
import { defined } from '../../lib/primitives/defined.ts';

/** The root of the project. */
export const root = resolve(import.meta.dirname, '../..');

export const region = 'us-east-1';
export const account = '000000000000';

const service = 'forgebridge';
export const stage = 'local';
/** `service` of serverless.yml and the stage that runs here; they prefix every name. */
export const deployment = `${service}-${stage}`;

export const tableName = `${deployment}`;
export const keyTableName = `${deployment}-keys`;
export const secretPrefix = `${service}/${stage}`;
export const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${deployment}-create-repository`;

export const erasureMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${deployment}-erase-subject`;

const tableSchema = z.looseObject({
  AttributeDefinitions: z.array(z.unknown()),
  KeySchema: z.array(z.unknown()),
  LocalSecondaryIndexes: z.optional(z.array(z.unknown())),
  GlobalSecondaryIndexes: z.optional(z.array(z.unknown())),
});
const tablesSchema = z.object({
  Resources: z.object({
    Table: z.object({ Properties: tableSchema }),
    KeyTable: z.object({ Properties: tableSchema }),
  }),
});

/** The tables as they are deployed, in the terms of DynamoDB's CreateTable. */
export function tableDefinitions() {
  const { Table, KeyTable } = tablesSchema.parse(
    readTemplate('infra/cloudformation/table.yml'),
  ).Resources;
  return [definition(tableName, Table.Properties), definition(keyTableName, KeyTable.Properties)];
}

function definition(TableName: string, properties: z.output<typeof tableSchema>) {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    ...defined({
      LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes,
    }),
  };
}

/** The state machine as it is deployed; its tasks name functions by their local ARN. */
export function stateMachineDefinition(): StateMachineDefinition {
  // The interpreter checks the definition against the language's own schema when it is loaded.
  return readTemplate('infra/create-repository.asl.yml') as StateMachineDefinition;
}

/** The state machine that erases, in the same way. */
export function erasureMachineDefinition(): StateMachineDefinition {
  return readTemplate('infra/erase-subject.asl.yml') as StateMachineDefinition;
}

/** The function that an ARN names, as its key in serverless.yml. */
export function functionKey(arn: string): string {
  return (arn.split(':').at(-1) ?? '').slice(`${deployment}-`.length);
}

/** The name that a function of serverless.yml has on this stage. */
export function functionName(key: string): string {
  return `${deployment}-${key}`;
}

/** The ARN of a secret. AWS ends it with six random characters; here they follow from the name. */
export function secretArn(name: string): string {
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`;
}

/** A file of the CloudFormation template, with references to functions resolved. */
function readTemplate(path: string): unknown {
  return parse(readFileSync(resolve(root, path), 'utf8'), { customTags: [getAtt] });
}

/** `!GetAtt ForkRepoLambdaFunction.Arn`: the Serverless Framework names functions so. */
const getAtt: ScalarTag = {
  tag: '!GetAtt',
  resolve(reference) {
    const key = reference.replace(/LambdaFunction\.Arn$/, '');
    if (key === reference) throw new Error(`only a function's ARN can be resolved: ${reference}`);
    const name = functionName(key.charAt(0).toLowerCase() + key.slice(1));
    return `arn:aws:lambda:${region}:${account}:function:${name}`;
  },
};
