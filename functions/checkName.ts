import { checkName as route } from '../lib/api/requests/checkName.ts';
import type { NameCheck } from '../lib/api/schemas/repository.ts';
import { atProvider } from '../lib/edge/at-provider.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { checkName } from '../lib/operations/check-name.ts';

/** GET /connections/{id}/names/{name}: whether a repository of that name can be created. */
export const handler = endpoint(route, async (call) => {
  const { parameters, query } = call;
  const verdict = await atProvider(call, 'check name', (access, provider) =>
    checkName(access, provider, query.namespace, parameters.name),
  );
  return json<NameCheck>(200, verdict);
});
