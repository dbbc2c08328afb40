import * as z from 'zod/mini';
import { oneLine, returnTo, subject } from '../formats.ts';
import type { RouteRequest } from '../route.ts';

/** Says who a browser belongs to. */
export const createSession = {
  method: 'POST',
  path: '/sessions',
  scope: 'sessions:write',
  body: z.strictObject({
    request: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
    subject,
    /** Of the person, to be shown to them. */
    label: z.exactOptional(oneLine(100).check(z.minLength(1))),
    returnTo: z.exactOptional(returnTo),
  }),
} as const satisfies RouteRequest;
