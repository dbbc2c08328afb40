import * as z from 'zod/mini';
import { connectionId, paging } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** Where the connected account can create repositories. */
export const listNamespaces = {
  method: 'GET',
  path: '/connections/{connectionId}/namespaces',
  scope: 'repositories:read',
  parameters: z.object({ connectionId }),
  query: paging,
} as const satisfies RouteRequest;
