import { listInstallationRepositories as route } from '../lib/api/requests/listInstallationRepositories.ts';
import type { RepositoryPage } from '../lib/api/schemas/repository.ts';
import { repositoriesOfInstallation } from '../lib/compose/installed-apps.ts';
import { installationNamed } from '../lib/edge/at-provider.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { pageOf } from '../lib/edge/paging.ts';
import { json } from '../lib/edge/reply.ts';
import { repositoryView } from '../lib/edge/views.ts';
import type { PageRequest } from '../lib/providers/provider.ts';

/** GET /installations/{provider}/{installationId}/repositories: what the installation reaches. */
export const handler = backendEndpoint(route, async (call) => {
  const list = (page: PageRequest) => repositoriesOfInstallation(installationNamed(call), page);
  return json<RepositoryPage>(200, await pageOf(call, list, repositoryView));
});
