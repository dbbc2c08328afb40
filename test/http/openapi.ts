import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { root } from '../../infra/local/template.ts';

const schema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const operationSchema = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.unknown())),
});

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** With `{name}` for each path parameter. */
  readonly path: string;
  /** Whether a browser's session is taken. */
  readonly bySession: boolean;
}

/** Every operation that openapi.yaml describes. */
export function describedOperations(): readonly Operation[] {
  const { paths } = schema.parse(parse(readFileSync(resolve(root, 'openapi.yaml'), 'utf8')));
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      if (!['get', 'post', 'put', 'patch', 'delete'].includes(method)) return [];
      const { operationId, security } = operationSchema.parse(operation);
      const bySession = security.some((scheme) => 'session' in scheme);
      return [{ operationId, method: method.toUpperCase(), path, bySession }];
    }),
  );
}
