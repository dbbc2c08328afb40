import { following } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { cancelOperation } from '../lib/operations/read.ts';

/** POST /operations/{id}/cancel: stops it at its next step. */
export const handler = endpoint('repositories:write', async ({ request, caller }) => {
  const id = request.parameters.operationId ?? '';
  return json(202, await cancelOperation(following(), caller.partition, id));
});
