import * as z from 'zod/mini';
import { installationId, paging, providerId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** What an installation reaches. */
export const listInstallationRepositories = {
  method: 'GET',
  path: '/installations/{provider}/{installationId}/repositories',
  scope: 'installations:read',
  parameters: z.object({ provider: providerId, installationId }),
  query: paging,
} as const satisfies RouteRequest;
