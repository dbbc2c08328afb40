import * as z from 'zod/mini';

const resource = z.looseObject({
  Type: z.string(),
  DeletionPolicy: z.optional(z.string()),
  UpdateReplacePolicy: z.optional(z.string()),
  DependsOn: z.optional(z.union([z.string(), z.array(z.string())])),
  Properties: z._default(z.record(z.string(), z.unknown()), {}),
});
const schema = z.object({ Resources: z.record(z.string(), resource) });

export type Resource = z.output<typeof resource>;

/** A compiled CloudFormation template, by logical id. */
export interface Template {
  readonly resources: Readonly<Record<string, Resource>>;
  /** Logical ids and resources of a type, such as `AWS::IAM::Role`. */
  ofType(type: string): readonly (readonly [id: string, resource: Resource])[];
  /** The resource of that logical id; fails without it. */
  get(id: string): Resource;
}

export function readTemplate(text: string): Template {
  const resources = schema.parse(JSON.parse(text)).Resources;
  return {
    resources,
    ofType: (type) => Object.entries(resources).filter(([, { Type }]) => Type === type),
    get: (id) => {
      const found = resources[id];
      if (found === undefined) throw new Error(`no resource ${id}`);
      return found;
    },
  };
}

/** Names of the functions, as in serverless.yml, each with its resource. */
export function functionsOf(template: Template, stage: string) {
  const start = `forgebridge-${stage}-`;
  return template
    .ofType('AWS::Lambda::Function')
    .map(([id, each]) => [String(each.Properties.FunctionName).slice(start.length), id] as const);
}

/** One function's logical id, role and the like: `startConnect` + `Role` → `StartConnectRole`. */
export function logicalId(functionName: string, kind: string): string {
  return functionName.charAt(0).toUpperCase() + functionName.slice(1) + kind;
}

const statement = z.strictObject({
  Effect: z.literal('Allow'),
  Action: z.array(z.string()),
  Resource: z.union([z.string(), z.array(z.unknown())]),
  Condition: z.optional(z.unknown()),
});
const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: z.object({
    Statement: z.array(z.object({ Principal: z.object({ Service: z.string() }) })),
  }),
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) })),
});

/** What a role allows, and whom; a role with anything but policies of its own is refused. */
export function grantsOf(role: Resource) {
  const { AssumeRolePolicyDocument, Policies } = roleSchema.parse(role.Properties);
  return {
    services: AssumeRolePolicyDocument.Statement.map(({ Principal }) => Principal.Service),
    statements: Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  };
}

const joined = z.strictObject({
  'Fn::Join': z.tuple([
    z.literal(''),
    z.array(z.union([z.string(), z.strictObject({ Ref: z.string() })])),
  ]),
});

/** Every string anywhere in a value; what `Fn::Join` puts together reads as in `Fn::Sub`. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const join = joined.safeParse(value);
  if (!join.success) return Object.values(value).flatMap(stringsIn);
  const parts = join.data['Fn::Join'][1];
  return [parts.map((part) => (typeof part === 'string' ? part : `\${${part.Ref}}`)).join('')];
}
