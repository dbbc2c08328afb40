import * as z from 'zod/mini';
import { operationId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** How far a creation is. */
export const getOperation = {
  method: 'GET',
  path: '/operations/{operationId}',
  scope: 'repositories:read',
  parameters: z.object({ operationId }),
  headers: z.object({ 'If-None-Match': z.exactOptional(z.string()) }),
} as const satisfies RouteRequest;
