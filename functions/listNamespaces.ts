import { withConnection } from '../lib/edge/at-provider.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { pageOf, pageView } from '../lib/edge/views.ts';
import { capability } from '../lib/providers/provider.ts';

/** GET /connections/{id}/namespaces: where the connected account can create repositories. */
export const handler = endpoint('repositories:read', async (call) => {
  const page = await withConnection(call, 'list namespaces', (access, provider) =>
    capability(provider, 'creation').namespaces(access, pageOf(call.request)),
  );
  return json(
    200,
    pageView(page, (item) => item),
  );
});
