import * as z from 'zod/mini';
import { connectionId, namespacePath } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** Whether a repository of that name can be created. */
export const checkName = {
  method: 'GET',
  path: '/connections/{connectionId}/names/{name}',
  scope: 'repositories:read',
  parameters: z.object({ connectionId, name: z.string() }),
  query: z.strictObject({ namespace: z.exactOptional(namespacePath) }),
} as const satisfies RouteRequest;
