import { listOperations as route } from '../lib/api/requests/listOperations.ts';
import type { OperationPage } from '../lib/api/schemas/operation.ts';
import { following } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { pageOf } from '../lib/edge/paging.ts';
import { operationsWithin } from '../lib/edge/reach.ts';
import { json } from '../lib/edge/reply.ts';
import { listOperations } from '../lib/operations/read.ts';
import type { PageRequest } from '../lib/providers/provider.ts';

/** GET /operations: the subject's operations, newest first. */
export const handler = endpoint(route, async (call) => {
  const list = (page: PageRequest) =>
    listOperations(operationsWithin(call.caller, following()), call.caller.partition, page);
  return json<OperationPage>(200, await pageOf(call, list, (operation) => operation));
});
