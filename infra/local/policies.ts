import * as z from 'zod/mini';

const strings = z.union([z.string(), z.array(z.string())]);
const statementSchema = z.strictObject({
  Effect: z.literal('Allow'),
  Action: z.array(z.string()),
  Resource: strings,
  Condition: z.optional(z.record(z.string(), z.record(z.string(), strings))),
});

/** A statement of a policy, with every name in it resolved. */
export type Statement = z.output<typeof statementSchema>;

const roleSchema = z.looseObject({
  Policies: z.array(
    z.looseObject({ PolicyDocument: z.looseObject({ Statement: z.array(statementSchema) }) }),
  ),
});

/** One request to AWS, as far as a policy can see it. */
export interface AwsRequest {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** ARN */
  readonly resource: string;
  /** Condition keys of the request that are there, such as `dynamodb:LeadingKeys`. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** The statements of a role that was resolved; one that these rules do not know is refused. */
export function statementsOf(roleProperties: unknown): readonly Statement[] {
  return roleSchema
    .parse(roleProperties)
    .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/**
 * Whether the statement allows the request: action, resource and all conditions agree. Source: AWS,
 * "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
 *
 * @throws Error for an operator that is not one of those our roles use.
 */
export function allows(statement: Statement, { action, resource, context }: AwsRequest): boolean {
  return (
    statement.Action.includes(action) &&
    [statement.Resource].flat().some((pattern) => like(pattern, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) =>
        holds(operator, context[key] ?? [], [wanted].flat()),
      ),
    )
  );
}

function holds(operator: string, given: readonly string[], wanted: readonly string[]): boolean {
  const matches = (value: string) => wanted.some((pattern) => like(pattern, value));
  switch (operator) {
    case 'Null':
      return wanted.includes(String(given.length === 0));
    case 'ForAllValues:StringLike':
      return given.every(matches);
    case 'ForAllValues:StringEquals':
      return given.every((value) => wanted.includes(value));
    default:
      throw new Error(`no policy of ours has the operator ${operator}`);
  }
}

/** `*` stands for any characters, `?` for one. */
function like(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

/**
 * A permission by a short name: its action, and the index, kind of record or part of a secret it is
 * for. `keys` are partition keys or patterns of them: `dynamodb:GetItem SUBJECT`.
 */
export function permissionName(action: string, resource: string, keys: readonly string[]): string {
  const index = /:table\/[^/]+\/index\/(.+)$/.exec(resource)?.[1];
  const secret = /:secret:[^/]+\/[^/]+\/(.+)-\w{6}$/.exec(resource)?.[1];
  const part = secret?.startsWith('keys/') ? secret : secret?.replace(/^.*\//, '');
  const kinds = new Set(keys.map((key) => key.replace(/#.*$/s, '')));
  return [action, index ?? part, ...(index === 'due' ? [] : kinds)].filter(Boolean).join(' ');
}

/** All that the statements allow, by {@link permissionName}. */
export function permissionsOf(statements: readonly Statement[]): ReadonlySet<string> {
  return new Set(
    statements.flatMap(({ Action, Resource, Condition = {} }) => {
      const keys = Condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [];
      return Action.flatMap((action) =>
        [Resource]
          .flat()
          .flatMap((arn) =>
            [keys].flat().length === 0
              ? permissionName(action, arn, [])
              : [keys].flat().map((key) => permissionName(action, arn, [key])),
          ),
      );
    }),
  );
}
