import * as z from 'zod/mini';
import { operationId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** Stops a creation at its next step. */
export const cancelOperation = {
  method: 'POST',
  path: '/operations/{operationId}/cancel',
  scope: 'repositories:write',
  parameters: z.object({ operationId }),
} as const satisfies RouteRequest;
