import { eraseSubject as route } from '../lib/api/requests/eraseSubject.ts';
import type { Erasure } from '../lib/api/schemas/deployment.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { logAlso } from '../lib/aws/log.ts';
import { partitionOf } from '../lib/callers/authenticate.ts';
import { requireEveryProvider } from '../lib/callers/key-limits.ts';
import { endSessions } from '../lib/callers/sessions.ts';
import { erasePartition } from '../lib/compose/erase-partition.ts';
import { vault } from '../lib/compose/opening-vault.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { subjectDigest } from '../lib/storage/keys.ts';
import { eraseConnections } from '../lib/vault/vault.ts';

/** DELETE /subjects/{subject}: everything about one subject, its tokens at the providers included. */
export const handler = backendEndpoint(route, async ({ parameters, invocation, caller }) => {
  requireEveryProvider(caller.limits);
  const partition = partitionOf(parameters.subject, 'subject', caller.limits);
  logAlso({ subject: subjectDigest(partition) });
  // Nothing new may begin while the rest is being erased.
  await endSessions(table(), partition);
  const connections = await eraseConnections(vault(invocation), partition, {
    caller: caller.name,
    purpose: 'erase subject',
    timeLeft: invocation.timeLeft,
  });
  const records = await erasePartition(partition, invocation);
  return json<Erasure>(202, { connections, records });
});
