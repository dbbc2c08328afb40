import { listNamespaces as route } from '../lib/api/requests/listNamespaces.ts';
import type { NamespacePage } from '../lib/api/schemas/repository.ts';
import { withConnection } from '../lib/edge/at-provider.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { capability } from '../lib/providers/provider.ts';

/** GET /connections/{id}/namespaces: where the connected account can create repositories. */
export const handler = endpoint(route, async (call) => {
  const page = await withConnection(call, 'list namespaces', (access, provider) =>
    capability(provider, 'creation').namespaces(access, call.query),
  );
  return json<NamespacePage>(200, page);
});
