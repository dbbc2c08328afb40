import * as z from 'zod/mini';
import { providerId, returnTo } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** Sends the browser to the provider's authorize page. */
export const startConnect = {
  method: 'GET',
  path: '/connect/{provider}',
  parameters: z.object({ provider: providerId }),
  query: z.object({ returnTo: z.exactOptional(returnTo), connection: z.exactOptional(z.string()) }),
} as const satisfies RouteRequest;
