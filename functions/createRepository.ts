import { createRepository as route } from '../lib/api/requests/createRepository.ts';
import type { Operation } from '../lib/api/schemas/operation.ts';
import { logAlso } from '../lib/aws/log.ts';
import { planning } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { planningWithin } from '../lib/edge/reach.ts';
import { json } from '../lib/edge/reply.ts';
import { operationHeaders } from '../lib/edge/views.ts';
import { createOperation } from '../lib/operations/create.ts';

/** POST /repositories: records the wish and starts the workflow; the same key again is the same one. */
export const handler = endpoint(route, async ({ headers, body, invocation, caller }) => {
  const operation = await createOperation(planningWithin(caller, planning(invocation)), {
    partition: caller.partition,
    request: body,
    idempotencyKey: headers['Idempotency-Key'],
  });
  logAlso({ operationId: operation.id });
  const location = `/operations/${operation.id}`;
  return json<Operation>(202, operation, {
    headers: { location, ...operationHeaders(operation) },
  });
});
