import { listInstallations } from '../lib/compose/installed-apps.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { installationView, pageOf, pageView } from '../lib/edge/views.ts';

/** GET /installations/{provider}: where the app is installed. */
export const handler = backendEndpoint('installations:read', async ({ request, invocation }) => {
  const provider = request.parameters.provider ?? '';
  const page = await listInstallations(provider, pageOf(request), invocation);
  return json(200, pageView(page, installationView));
});
