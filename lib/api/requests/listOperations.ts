import { paging } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** The subject's operations, newest first. */
export const listOperations = {
  method: 'GET',
  path: '/operations',
  scope: 'repositories:read',
  query: paging,
} as const satisfies RouteRequest;
