import * as z from 'zod/mini';
import type { RouteRequest } from '../route.ts';

/** How far the erasure of one subject is. */
export const getErasure = {
  method: 'GET',
  path: '/subjects/{subject}/erasure',
  scope: 'subjects:erase',
  parameters: z.object({ subject: z.string() }),
} as const satisfies RouteRequest;
