import * as z from 'zod/mini';
import { connectionId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** A valid access token, refreshed when it needs to be. */
export const refreshToken = {
  method: 'POST',
  path: '/connections/{connectionId}/token',
  scope: 'tokens:read',
  parameters: z.object({ connectionId }),
  body: z.strictObject({ rejectedGeneration: z.exactOptional(z.int().check(z.minimum(1))) }),
} as const satisfies RouteRequest;
