import * as z from 'zod/mini';
import { connectionId, namespacePath, paging } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** What the connected account can reach. */
export const listRepositories = {
  method: 'GET',
  path: '/connections/{connectionId}/repositories',
  scope: 'repositories:read',
  parameters: z.object({ connectionId }),
  query: z.extend(paging, { namespace: z.exactOptional(namespacePath) }),
} as const satisfies RouteRequest;
