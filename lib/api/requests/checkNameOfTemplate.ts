import * as z from 'zod/mini';
import { connectionId } from '../formats.ts';
import type { RouteRequest } from '../route.ts';
import { templateName } from './createRepository.ts';

/** Whether a template can be read. */
export const checkNameOfTemplate = {
  method: 'GET',
  path: '/connections/{connectionId}/template',
  scope: 'repositories:read',
  parameters: z.object({ connectionId }),
  query: z.strictObject({ fullName: templateName }),
} as const satisfies RouteRequest;
