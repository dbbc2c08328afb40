import type { RouteRequest } from '../route.ts';

/** Signs the browser out. */
export const closeSession = {
  method: 'DELETE',
  path: '/sessions/current',
} as const satisfies RouteRequest;
