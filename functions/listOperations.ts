import { following } from '../lib/compose/planning.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { pageOf, pageView } from '../lib/edge/views.ts';
import { listOperations } from '../lib/operations/read.ts';

/** GET /operations: the subject's operations, newest first. */
export const handler = endpoint('repositories:read', async ({ request, caller }) => {
  const page = await listOperations(following(), caller.partition, pageOf(request));
  return json(
    200,
    pageView(page, (item) => item),
  );
});
