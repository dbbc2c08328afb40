import { paging } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** The subject's connections, a page at a time. */
export const listConnections = {
  method: 'GET',
  path: '/connections',
  scope: 'connections:read',
  query: paging,
} as const satisfies RouteRequest;
