import * as z from 'zod/mini';
import { connectionId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** One connection and its state. */
export const getConnection = {
  method: 'GET',
  path: '/connections/{connectionId}',
  scope: 'connections:read',
  parameters: z.object({ connectionId }),
} as const satisfies RouteRequest;
