import * as z from 'zod/mini';
import { connectionId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** Ends a connection. */
export const deleteConnection = {
  method: 'DELETE',
  path: '/connections/{connectionId}',
  scope: 'connections:write',
  parameters: z.object({ connectionId }),
} as const satisfies RouteRequest;
