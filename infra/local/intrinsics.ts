import * as z from 'zod/mini';

const intrinsic = z.union([
  z.strictObject({ Ref: z.string() }),
  z.strictObject({ 'Fn::Sub': z.string() }),
  z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
  z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
]);

/**
 * A part of a template as CloudFormation would have it: its intrinsic functions replaced by what
 * `standsFor` says of a reference, such as `AWS::Region` or `Table.Arn`.
 */
export function resolveIntrinsics(
  value: unknown,
  standsFor: (reference: string) => string,
): unknown {
  if (Array.isArray(value)) return value.map((each) => resolveIntrinsics(each, standsFor));
  if (typeof value !== 'object' || value === null) return value;
  const { data } = intrinsic.safeParse(value);
  if (data === undefined) {
    const resolved = Object.entries(value).map(
      ([name, each]) => [name, resolveIntrinsics(each, standsFor)] as const,
    );
    return Object.fromEntries(resolved);
  }
  if ('Ref' in data) return standsFor(data.Ref);
  if ('Fn::GetAtt' in data) return standsFor(data['Fn::GetAtt'].join('.'));
  if ('Fn::Sub' in data) {
    return data['Fn::Sub'].replace(/\$\{([^}]+)\}/g, (_, reference: string) =>
      standsFor(reference),
    );
  }
  const [separator, parts] = data['Fn::Join'];
  return parts.map((part) => resolveIntrinsics(part, standsFor)).join(separator);
}
