import type { JsonSchema } from './schemas.ts';

/**
 * The same description in OpenAPI 3.0.3, for generators that do not read 3.1 yet. What 3.0 cannot say is
 * left out, never bent: all that a client sends by it, the API takes.
 */
export function olderForm({ openapi: _, info, ...description }: JsonSchema): JsonSchema {
  const { summary: _summary, license, ...rest } = Object(info);
  const url = `https://spdx.org/licenses/${license.identifier}.html`;
  return {
    openapi: '3.0.3',
    info: { ...rest, license: { name: license.name, url } },
    ...older(description),
  };
}

/** Keywords of JSON Schema that 3.0 does not have, and examples, which its generators stumble over. */
const unknown = new Set(['propertyNames', 'contentEncoding', 'example', 'examples']);

function older(node: JsonSchema): JsonSchema {
  const members = Object.entries(node).filter(([name]) => !unknown.has(name));
  const converted = Object.fromEntries(members.map(([name, value]) => [name, olderPart(value)]));
  if (node.contentEncoding === 'base64') converted.format = 'byte';
  const { $ref, ...beside } = converted;
  // In 3.0 nothing may stand beside a reference.
  return $ref !== undefined && Object.keys(beside).length > 0
    ? { ...beside, allOf: [{ $ref }] }
    : converted;
}

function olderPart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(olderPart);
  return typeof value === 'object' && value !== null ? older({ ...value }) : value;
}
