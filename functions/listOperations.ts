import { listOperations } from '../lib/operations/read.ts';
import { endpoint } from '../lib/runtime/endpoint.ts';
import { following } from '../lib/runtime/planning.ts';
import { json } from '../lib/runtime/reply.ts';
import { pageOf, pageView } from '../lib/runtime/views.ts';

/** GET /operations: the subject's operations, newest first. */
export const handler = endpoint('repositories:read', async ({ request, caller }) => {
  const page = await listOperations(following(), caller.partition, pageOf(request));
  return json(
    200,
    pageView(page, (item) => item),
  );
});
