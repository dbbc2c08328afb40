import { listRepositories as route } from '../lib/api/requests/listRepositories.ts';
import type { RepositoryPage } from '../lib/api/schemas/repository.ts';
import { withConnection } from '../lib/edge/at-provider.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { pageView, repositoryView } from '../lib/edge/views.ts';

/** GET /connections/{id}/repositories: what the connected account can reach. */
export const handler = endpoint(route, async (call) => {
  const page = await withConnection(call, 'list repositories', (access, provider) =>
    provider.repositories(access, call.query),
  );
  return json<RepositoryPage>(200, pageView(page, repositoryView));
});
