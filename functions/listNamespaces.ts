import { listNamespaces as route } from '../lib/api/requests/listNamespaces.ts';
import type { NamespacePage } from '../lib/api/schemas/repository.ts';
import { atProvider } from '../lib/edge/at-provider.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { pageOf } from '../lib/edge/paging.ts';
import { json } from '../lib/edge/reply.ts';
import { capability, type PageRequest } from '../lib/providers/provider.ts';

/** GET /connections/{id}/namespaces: where the connected account can create repositories. */
export const handler = endpoint(route, async (call) => {
  const list = (page: PageRequest) =>
    atProvider(call, 'list namespaces', (access, provider) =>
      capability(provider, 'creation').namespaces(access, page),
    );
  return json<NamespacePage>(200, await pageOf(call, list, (namespace) => namespace));
});
