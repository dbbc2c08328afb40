import * as z from 'zod/mini';
import type { RouteRequest } from '../route.ts';

/** Of any length: what cannot be is said beside the form, with all that was entered. */
const field = z._default(z.string(), '');

/** The form for a new repository, as it is sent. */
export const pageSubmit = {
  method: 'POST',
  path: '/new',
  body: z.strictObject({
    connection: field,
    template: field,
    namespace: field,
    name: field,
    description: field,
    visibility: field,
    ci: field,
    given: field,
    returnTo: field,
    operation: field,
    idempotencyKey: field,
    go: field,
  }),
} as const satisfies RouteRequest;
