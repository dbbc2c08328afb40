import { listInstallations as route } from '../lib/api/requests/listInstallations.ts';
import type { InstallationPage } from '../lib/api/schemas/installation.ts';
import { isAllowed } from '../lib/callers/key-limits.ts';
import { listInstallations } from '../lib/compose/installed-apps.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { pageOf } from '../lib/edge/paging.ts';
import { json } from '../lib/edge/reply.ts';
import { installationView } from '../lib/edge/views.ts';
import type { PageRequest } from '../lib/providers/provider.ts';

/** GET /installations/{provider}: where the app is installed. */
export const handler = backendEndpoint(route, async (call) => {
  const { provider } = call.parameters;
  const { limits } = call.caller;
  const list = async (page: PageRequest) => {
    const { items, ...rest } = await listInstallations(provider, page, call.invocation);
    return { ...rest, items: items.filter(({ id }) => isAllowed(limits, 'installation', id)) };
  };
  return json<InstallationPage>(200, await pageOf(call, list, installationView));
});
