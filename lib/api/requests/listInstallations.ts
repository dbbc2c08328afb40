import * as z from 'zod/mini';
import { paging, providerId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** Where the app is installed. */
export const listInstallations = {
  method: 'GET',
  path: '/installations/{provider}',
  scope: 'installations:read',
  parameters: z.object({ provider: providerId }),
  query: paging,
} as const satisfies RouteRequest;
