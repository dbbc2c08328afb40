import * as z from 'zod/mini';
import type { JsonSchema } from './schemas.ts';

/** Checks that JSON Schema has words for, all of which `z.toJSONSchema` writes. */
const speakable = new Set([
  'min_length',
  'max_length',
  'length_equals',
  'greater_than',
  'less_than',
  'number_format',
  'string_format',
]);
/** How a format is known to have been written: another rule beside it can have taken its place. */
const isSaid: Readonly<Record<string, (json: JsonSchema) => boolean>> = {
  regex: ({ pattern, allOf }) => pattern !== undefined || allOf !== undefined,
  url: ({ format }) => format === 'uri',
  datetime: ({ format }) => format === 'date-time',
  base64: ({ contentEncoding }) => contentEncoding === 'base64',
  safeint: ({ type }) => type === 'integer',
};
/** Types that change what they are given, or ask a function of ours: nothing of it would be written. */
const unspeakable = new Set([
  'transform',
  'pipe',
  'custom',
  'catch',
  'function',
  'promise',
  'lazy',
]);

const ruleSchema = z.looseObject({
  check: z.string(),
  format: z.optional(z.string()),
  pattern: z.optional(z.instanceof(RegExp)),
  hostname: z.optional(z.unknown()),
  protocol: z.optional(z.unknown()),
  params: z.optional(z.looseObject({ schema: z.optional(z.record(z.string(), z.unknown())) })),
});

type Rule = z.output<typeof ruleSchema>;

/**
 * Adds what the schema's own rules state (lib/api/rules.ts) to the JSON Schema that was written of it.
 *
 * @throws Error for a rule of which nothing would be written.
 */
export function addStatedRules(
  schema: z.core.$ZodTypes,
  json: JsonSchema,
  path: readonly (string | number)[],
): void {
  const { def } = schema._zod;
  const unsaid = unspeakable.has(def.type)
    ? `a ${def.type}`
    : rulesOf(schema)
        .map((rule) => unsaidOf(rule, json))
        .find((each) => each !== undefined);
  if (unsaid !== undefined) {
    throw new Error(
      `JSON Schema would be silent about ${unsaid} at ${path.join('.') || 'the root'}`,
    );
  }
}

function rulesOf(schema: z.core.$ZodTypes): readonly Rule[] {
  const { def } = schema._zod;
  // A format such as z.url() is its own check.
  const own = 'check' in def ? [def] : [];
  return [...own, ...(def.checks ?? []).map((check) => check._zod.def)].map((each) =>
    ruleSchema.parse(each),
  );
}

/** What of the rule would not be told; a stated one is added to `json`. */
function unsaidOf(rule: Rule, json: JsonSchema): string | undefined {
  const { check, pattern, format, params } = rule;
  if (check === 'custom') {
    Object.assign(json, params?.schema);
    return params?.schema === undefined ? 'a refinement' : undefined;
  }
  if (!speakable.has(check)) return check;
  if (pattern !== undefined && /[^u]/.test(pattern.flags)) return `the flags of ${pattern}`;
  if (format !== undefined && !isSaid[format]?.(json)) return `the format ${format}`;
  return rule.hostname === undefined && rule.protocol === undefined
    ? undefined
    : 'what a URL must begin with';
}
