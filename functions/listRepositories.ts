import { withConnection } from '../lib/edge/at-provider.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { pageView, repositoryFilter, repositoryView } from '../lib/edge/views.ts';

/** GET /connections/{id}/repositories: what the connected account can reach. */
export const handler = endpoint('repositories:read', async (call) => {
  const page = await withConnection(call, 'list repositories', (access, provider) =>
    provider.repositories(access, repositoryFilter(call.request)),
  );
  return json(200, pageView(page, repositoryView));
});
