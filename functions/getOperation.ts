import { getOperation as route } from '../lib/api/requests/getOperation.ts';
import type { Operation } from '../lib/api/schemas/operation.ts';
import { following } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { operationsWithin } from '../lib/edge/reach.ts';
import { empty, json } from '../lib/edge/reply.ts';
import { operationHeaders } from '../lib/edge/views.ts';
import { getOperation } from '../lib/operations/read.ts';

/** GET /operations/{id}: how far it is; 304 when the caller knows this version. */
export const handler = endpoint(route, async ({ parameters, headers: sent, caller }) => {
  const operation = await getOperation(
    operationsWithin(caller, following()),
    caller.partition,
    parameters.operationId,
  );
  const headers = operationHeaders(operation);
  const known = sent['If-None-Match'] === headers.etag;
  return known ? empty(304, { headers }) : json<Operation>(200, operation, { headers });
});
