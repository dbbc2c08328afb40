import * as z from 'zod/mini';
import type { RouteDescription } from '../description.ts';

export const openapi: RouteDescription = {
  operationId: 'getDescription',
  function: 'openapi',
  request: { method: 'GET', path: '/openapi.json' },
  tag: 'deployment',
  summary: 'This description',
  replies: { 200: { description: 'An OpenAPI 3.1 document.', body: z.looseObject({}) } },
  codes: ['Forbidden', 'Misconfigured', 'InternalError'],
};
