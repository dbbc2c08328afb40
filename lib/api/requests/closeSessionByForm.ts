import type { RouteRequest } from '../route.ts';

/** Signs the browser out, from the page's form. */
export const closeSessionByForm = {
  method: 'POST',
  path: '/sign-out',
} as const satisfies RouteRequest;
