import * as z from 'zod/mini';
import type { RouteRequest } from '../route.ts';

/** Deletes everything about one subject. */
export const eraseSubject = {
  method: 'DELETE',
  path: '/subjects/{subject}',
  scope: 'subjects:erase',
  parameters: z.object({ subject: z.string() }),
} as const satisfies RouteRequest;
