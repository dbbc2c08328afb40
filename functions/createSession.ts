import { createSession as route } from '../lib/api/requests/createSession.ts';
import type { SessionLink } from '../lib/api/schemas/session.ts';
import { config } from '../lib/aws/configuration.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { logAlso } from '../lib/aws/log.ts';
import { partitionOf } from '../lib/callers/authenticate.ts';
import { requireEveryProvider } from '../lib/callers/key-limits.ts';
import { createLink } from '../lib/callers/sign-in.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { returnTarget } from '../lib/edge/return-target.ts';
import { rfc3339 } from '../lib/primitives/time.ts';
import { subjectDigest } from '../lib/storage/keys.ts';

/** POST /sessions: the product says who the browser behind `request` is; it gets the link to open. */
export const handler = backendEndpoint(route, async ({ body, caller, now }) => {
  const { subject, returnTo, ...link } = body;
  requireEveryProvider(caller.limits);
  const partition = partitionOf(subject, 'subject', caller.limits);
  logAlso({ subject: subjectDigest(partition) });
  const { code, expiresAt } = await createLink(table(), {
    ...link,
    partition,
    returnTo: returnTarget(returnTo),
    now,
  });
  const url = `${config().publicUrl}/sessions/${code}`;
  return json<SessionLink>(201, { url, expiresAt: rfc3339(expiresAt) });
});
