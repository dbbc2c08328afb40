import { atomgitInstallationToken as route } from '../lib/api/requests/atomgitInstallationToken.ts';
import type { InstallationToken } from '../lib/api/schemas/installation.ts';
import { tokenOfInstallation } from '../lib/compose/installed-apps.ts';
import { installationNamed } from '../lib/edge/at-provider.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { installationTokenView } from '../lib/edge/views.ts';

/** POST /installations/{provider}/{installationId}/token: one token for all who ask for the same. */
export const handler = backendEndpoint(route, async (call) => {
  const shared = await tokenOfInstallation(installationNamed(call), call.body);
  return json<InstallationToken>(200, installationTokenView(shared));
});
