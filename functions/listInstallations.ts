import { backendEndpoint } from '../lib/runtime/endpoint.ts';
import { installationView, listInstallations } from '../lib/runtime/installations.ts';
import { json } from '../lib/runtime/reply.ts';
import { pageView } from '../lib/runtime/views.ts';

/** GET /installations/{provider}: where the app is installed. */
export const handler = backendEndpoint('installations:read', async (call) =>
  json(200, pageView(await listInstallations(call), installationView)),
);
