import { logAlso } from '../lib/aws/log.ts';
import { planning } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { checked, jsonBody } from '../lib/edge/request.ts';
import { operationHeaders } from '../lib/edge/views.ts';
import { createOperation } from '../lib/operations/create.ts';
import { createBody, idempotencyKey } from '../lib/operations/request.ts';

/** POST /repositories: records the wish and starts the workflow; the same key again is the same one. */
export const handler = endpoint('repositories:write', async ({ request, invocation, caller }) => {
  const key = checked(idempotencyKey, request.header('idempotency-key'), 'Idempotency-Key');
  const operation = await createOperation(planning(invocation), {
    partition: caller.partition,
    request: jsonBody(request, createBody),
    idempotencyKey: key,
  });
  logAlso({ operationId: operation.id });
  const headers = { location: `/operations/${operation.id}`, ...operationHeaders(operation) };
  return json(202, operation, { headers });
});
