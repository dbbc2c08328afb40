import { cancelOperation } from '../lib/operations/read.ts';
import { endpoint } from '../lib/runtime/endpoint.ts';
import { following } from '../lib/runtime/planning.ts';
import { json } from '../lib/runtime/reply.ts';

/** POST /operations/{id}/cancel: stops it at its next step. */
export const handler = endpoint('repositories:write', async ({ request, caller }) => {
  const id = request.parameters.operationId ?? '';
  return json(202, await cancelOperation(following(), caller.partition, id));
});
