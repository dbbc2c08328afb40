import { listRepositories as route } from '../lib/api/requests/listRepositories.ts';
import type { RepositoryPage } from '../lib/api/schemas/repository.ts';
import { atProvider } from '../lib/edge/at-provider.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { pageOf } from '../lib/edge/paging.ts';
import { json } from '../lib/edge/reply.ts';
import { repositoryView } from '../lib/edge/views.ts';
import type { PageRequest } from '../lib/providers/provider.ts';

/** GET /connections/{id}/repositories: what the connected account can reach. */
export const handler = endpoint(route, async (call) => {
  const { cursor: _, ...filter } = call.query;
  const list = (page: PageRequest) =>
    atProvider(call, 'list repositories', (access, provider) =>
      provider.repositories(access, { ...filter, ...page }),
    );
  return json<RepositoryPage>(200, await pageOf(call, list, repositoryView));
});
