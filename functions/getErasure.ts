import { getErasure as route } from '../lib/api/requests/getErasure.ts';
import type { Erasure } from '../lib/api/schemas/erasure.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { logAlso } from '../lib/aws/log.ts';
import { partitionOf } from '../lib/callers/authenticate.ts';
import { requireEveryProvider } from '../lib/callers/key-limits.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { erasureHeaders, erasureView } from '../lib/edge/erasures.ts';
import { json } from '../lib/edge/reply.ts';
import { readErasure } from '../lib/erasure/record.ts';
import { ForgebridgeError } from '../lib/errors.ts';
import { subjectDigest } from '../lib/storage/keys.ts';

/** GET /subjects/{subject}/erasure: how far the last erasure of one subject is. */
export const handler = backendEndpoint(route, async ({ parameters, caller }) => {
  requireEveryProvider(caller.limits);
  const partition = partitionOf(parameters.subject, 'subject', caller.limits);
  logAlso({ subject: subjectDigest(partition) });
  const erasure = await readErasure(table(), subjectDigest(partition));
  if (erasure === undefined) throw new ForgebridgeError('NotFound');
  return json<Erasure>(200, erasureView(erasure), { headers: erasureHeaders(erasure) });
});
