import * as z from 'zod/mini';
import type { RouteRequest } from '../route.ts';

/** Signs one subject out, in every browser. */
export const endSessions = {
  method: 'DELETE',
  path: '/subjects/{subject}/sessions',
  scope: 'sessions:write',
  parameters: z.object({ subject: z.string() }),
} as const satisfies RouteRequest;
