import { backendEndpoint } from '../lib/runtime/endpoint.ts';
import { repositoriesOfInstallation } from '../lib/runtime/installations.ts';
import { json } from '../lib/runtime/reply.ts';
import { pageView, repositoryView } from '../lib/runtime/views.ts';

/** GET /installations/{provider}/{installationId}/repositories: what the installation reaches. */
export const handler = backendEndpoint('installations:read', async (call) =>
  json(200, pageView(await repositoriesOfInstallation(call), repositoryView)),
);
