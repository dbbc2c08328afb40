import { listInstallationRepositories as route } from '../lib/api/requests/listInstallationRepositories.ts';
import type { RepositoryPage } from '../lib/api/schemas/repository.ts';
import { repositoriesOfInstallation } from '../lib/compose/installed-apps.ts';
import { installationNamed } from '../lib/edge/at-provider.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { pageView, repositoryView } from '../lib/edge/views.ts';

/** GET /installations/{provider}/{installationId}/repositories: what the installation reaches. */
export const handler = backendEndpoint(route, async (call) => {
  const page = await repositoriesOfInstallation(installationNamed(call), call.query);
  return json<RepositoryPage>(200, pageView(page, repositoryView));
});
