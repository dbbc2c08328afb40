import { listOperations as route } from '../lib/api/requests/listOperations.ts';
import type { OperationPage } from '../lib/api/schemas/operation.ts';
import { following } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { listOperations } from '../lib/operations/read.ts';

/** GET /operations: the subject's operations, newest first. */
export const handler = endpoint(route, async ({ query, caller }) => {
  const page = await listOperations(following(), caller.partition, query);
  return json<OperationPage>(200, page);
});
