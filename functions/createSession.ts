import * as z from 'zod/mini';
import { config } from '../lib/aws/configuration.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { logAlso } from '../lib/aws/log.ts';
import { partitionOf } from '../lib/callers/authenticate.ts';
import { createLink } from '../lib/callers/sign-in.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { jsonBody } from '../lib/edge/request.ts';
import { returnTarget } from '../lib/edge/return-target.ts';
import { rfc3339 } from '../lib/primitives/time.ts';
import { subjectDigest } from '../lib/storage/keys.ts';

const schema = z.strictObject({
  request: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  subject: z.string().check(z.regex(/^[\x21-\x7e]{1,256}$/)),
  label: z.exactOptional(
    z
      .string()
      .check(
        z.regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,100}$/u),
      ),
  ),
  returnTo: z.exactOptional(z.string().check(z.maxLength(2048))),
});

/** POST /sessions: the product says who the browser behind `request` is; it gets the link to open. */
export const handler = backendEndpoint('sessions:write', async ({ request, caller, now }) => {
  const { subject, returnTo, ...link } = jsonBody(request, schema);
  const partition = partitionOf(subject, 'subject', caller.limits);
  logAlso({ subject: subjectDigest(partition) });
  const { code, expiresAt } = await createLink(table(), {
    ...link,
    partition,
    returnTo: returnTarget(returnTo),
    now,
  });
  const url = `${config().publicUrl}/sessions/${code}`;
  return json(201, { url, expiresAt: rfc3339(expiresAt) });
});
