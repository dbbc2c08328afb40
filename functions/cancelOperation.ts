import { cancelOperation as route } from '../lib/api/requests/cancelOperation.ts';
import type { Operation } from '../lib/api/schemas/operation.ts';
import { following } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { operationsWithin } from '../lib/edge/reach.ts';
import { json } from '../lib/edge/reply.ts';
import { cancelOperation } from '../lib/operations/read.ts';

/** POST /operations/{id}/cancel: stops it at its next step. */
export const handler = endpoint(route, async ({ parameters, caller }) => {
  const { partition } = caller;
  const operation = await cancelOperation(
    operationsWithin(caller, following()),
    partition,
    parameters.operationId,
  );
  return json<Operation>(202, operation);
});
