import * as z from 'zod/mini';
import { connectionId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** Ends a connection, from the page's form. */
export const deleteConnectionByForm = {
  method: 'POST',
  path: '/connections/{connectionId}/disconnect',
  parameters: z.object({ connectionId }),
} as const satisfies RouteRequest;
