import * as z from 'zod/mini';
import type { RouteRequest } from '../route.ts';

const field = (maximum: number) => z._default(z.string().check(z.maxLength(maximum)), '');

/** The form for a new repository, as it is sent. */
export const pageSubmit = {
  method: 'POST',
  path: '/new',
  body: z.strictObject({
    connection: field(64),
    template: field(400),
    namespace: field(255),
    name: field(255),
    description: field(350),
    visibility: z._default(z.string(), 'private'),
    ci: field(2),
    idempotencyKey: field(64),
  }),
} as const satisfies RouteRequest;
