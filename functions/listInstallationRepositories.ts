import { repositoriesOfInstallation } from '../lib/compose/installed-apps.ts';
import { installationNamed } from '../lib/edge/at-provider.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { pageOf, pageView, repositoryView } from '../lib/edge/views.ts';

/** GET /installations/{provider}/{installationId}/repositories: what the installation reaches. */
export const handler = backendEndpoint('installations:read', async (call) => {
  const page = await repositoriesOfInstallation(installationNamed(call), pageOf(call.request));
  return json(200, pageView(page, repositoryView));
});
