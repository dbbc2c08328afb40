import { following } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { empty, json } from '../lib/edge/reply.ts';
import { operationHeaders } from '../lib/edge/views.ts';
import { getOperation } from '../lib/operations/read.ts';

/** GET /operations/{id}: how far it is; 304 when the caller knows this version. */
export const handler = endpoint('repositories:read', async ({ request, caller }) => {
  const id = request.parameters.operationId ?? '';
  const operation = await getOperation(following(), caller.partition, id);
  const headers = operationHeaders(operation);
  const known = request.header('if-none-match') === headers.etag;
  return known ? empty(304, { headers }) : json(200, operation, { headers });
});
