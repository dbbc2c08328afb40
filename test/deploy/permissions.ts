import * as z from 'zod/mini';
import { permissionName } from '../../infra/local/policies.ts';
import { stage } from './deployment.ts';
import type { Decision, Ministack } from './ministack.ts';

/** An action, and on which index, table or secret: `dynamodb:GetItem keys`, `dynamodb:Query due`. */
export type Permission = string;
export type Permissions = ReadonlyMap<string, ReadonlySet<Permission>>;

/** What Lambda itself does in a function's name; its code never asks for it. */
const byLambda = /^(logs|xray|sqs):/;

const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Action: z.array(z.string()),
        Resource: z.union([z.string(), z.array(z.string())]),
      }),
    ),
  }),
});
const functionsSchema = z.object({
  Functions: z.array(z.object({ FunctionName: z.string(), Role: z.string() })),
});

/** What the role of each deployed function allows its code to do. */
export async function granted({ aws }: Ministack): Promise<Permissions> {
  const [listed] = await aws([['lambda', 'list_functions', {}]]);
  const functions = functionsSchema.parse(listed).Functions;
  const policies = await aws(
    functions.map(({ Role }) => [
      'iam',
      'get_role_policy',
      { RoleName: Role.split('/').at(-1), PolicyName: 'permissions' },
    ]),
  );
  return new Map(
    functions.map(({ FunctionName }, index) => {
      const { Statement } = policySchema.parse(policies[index]).PolicyDocument;
      const all = Statement.flatMap(({ Action, Resource }) =>
        Action.flatMap((action) => [Resource].flat().map((arn) => permission(action, arn))),
      );
      return [functionKey(FunctionName), new Set(all.filter((each) => !byLambda.test(each)))];
    }),
  );
}

/** What each function was allowed to do in a run, and what it was refused. */
export function asked(decisions: readonly Decision[], allowed: boolean): Permissions {
  const found = new Map<string, Set<Permission>>();
  for (const { principal, action, resource, allowed: was } of decisions) {
    // Functions alone: those who play one that was taken over have another name.
    const [, name] = /:assumed-role\/[^/]+\/(forgebridge-.+)$/.exec(principal) ?? [];
    if (name === undefined || was !== allowed) continue;
    const key = functionKey(name);
    found.set(key, (found.get(key) ?? new Set()).add(permission(action, resource)));
  }
  return found;
}

/** `function: permission` of all that is in one and not in the other. */
export function missingIn(other: Permissions, all: Permissions): readonly string[] {
  return [...all]
    .flatMap(([key, permissions]) => {
      const there = other.get(key);
      return [...permissions].filter((each) => !there?.has(each)).map((each) => `${key}: ${each}`);
    })
    .toSorted();
}

function functionKey(name: string): string {
  return name.slice(`forgebridge-${stage}-`.length);
}

/** Which records of the one table it is for is left out here: test/package/taken-over.test.ts. */
function permission(action: string, arn: string): Permission {
  const keys = arn.endsWith(`:table/forgebridge-${stage}-keys`) ? ['keys'] : [];
  return permissionName(action, arn, keys);
}
