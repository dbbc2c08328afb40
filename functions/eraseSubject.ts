import { eraseSubject as route } from '../lib/api/requests/eraseSubject.ts';
import type { Erasure } from '../lib/api/schemas/erasure.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { logAlso } from '../lib/aws/log.ts';
import { erasures } from '../lib/aws/workflow.ts';
import { partitionOf } from '../lib/callers/authenticate.ts';
import { requireEveryProvider } from '../lib/callers/key-limits.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { erasureHeaders, erasureView } from '../lib/edge/erasures.ts';
import { json } from '../lib/edge/reply.ts';
import { addErasure, executionName } from '../lib/erasure/record.ts';
import { subjectDigest } from '../lib/storage/keys.ts';

/** DELETE /subjects/{subject}: begins to erase everything about one subject; asking again asks once. */
export const handler = backendEndpoint(route, async ({ parameters, caller, now }) => {
  requireEveryProvider(caller.limits);
  const partition = partitionOf(parameters.subject, 'subject', caller.limits);
  logAlso({ subject: subjectDigest(partition) });
  const erasure = await addErasure(table(), partition, now);
  await erasures.start(executionName(erasure), { erasureId: erasure.id, run: erasure.run });
  const location = `/subjects/${encodeURIComponent(parameters.subject)}/erasure`;
  return json<Erasure>(202, erasureView(erasure), {
    headers: { location, ...erasureHeaders(erasure) },
  });
});
