import { listInstallations as route } from '../lib/api/requests/listInstallations.ts';
import type { InstallationPage } from '../lib/api/schemas/installation.ts';
import { listInstallations } from '../lib/compose/installed-apps.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { installationView, pageView } from '../lib/edge/views.ts';

/** GET /installations/{provider}: where the app is installed. */
export const handler = backendEndpoint(route, async ({ parameters, query, invocation }) => {
  const page = await listInstallations(parameters.provider, query, invocation);
  return json<InstallationPage>(200, pageView(page, installationView));
});
