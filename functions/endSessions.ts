import { endSessions as route } from '../lib/api/requests/endSessions.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { logAlso } from '../lib/aws/log.ts';
import { partitionOf } from '../lib/callers/authenticate.ts';
import { requireEveryProvider } from '../lib/callers/key-limits.ts';
import { endSessions } from '../lib/callers/sessions.ts';
import { endLinks } from '../lib/callers/sign-in.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { empty } from '../lib/edge/reply.ts';
import { subjectDigest } from '../lib/storage/keys.ts';

/** DELETE /subjects/{subject}/sessions: signs one subject out, in every browser. */
export const handler = backendEndpoint(route, async ({ parameters, caller }) => {
  requireEveryProvider(caller.limits);
  const partition = partitionOf(parameters.subject, 'subject', caller.limits);
  logAlso({ subject: subjectDigest(partition) });
  // Links first: one that is opened meanwhile is a session by the time those are looked for.
  await endLinks(table(), partition);
  await endSessions(table(), partition);
  return empty(204);
});
