import * as z from 'zod/mini';
import { table } from '../lib/runtime/aws.ts';
import { config } from '../lib/runtime/config.ts';
import { backendEndpoint } from '../lib/runtime/endpoint.ts';
import { json } from '../lib/runtime/reply.ts';
import { jsonBody } from '../lib/runtime/request.ts';
import { returnTarget } from '../lib/runtime/return-to.ts';
import { createLink } from '../lib/runtime/sessions.ts';

const schema = z.strictObject({
  request: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  subject: z.string().check(z.regex(/^[\x21-\x7e]{1,256}$/)),
  returnTo: z.exactOptional(z.string().check(z.maxLength(2048))),
});

/** POST /sessions: the product says who the browser behind `request` is; it gets the link to open. */
export const handler = backendEndpoint('sessions:write', async ({ request, now }) => {
  const { returnTo, ...link } = jsonBody(request, schema);
  const { code, expiresAt } = await createLink(table(), {
    ...link,
    returnTo: returnTarget(returnTo),
    now,
  });
  const url = `${config().publicUrl}/sessions/${code}`;
  return json(201, { url, expiresAt: new Date(expiresAt).toISOString() });
});
