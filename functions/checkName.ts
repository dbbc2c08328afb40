import * as z from 'zod/mini';
import { withConnection } from '../lib/edge/at-provider.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { queryOf } from '../lib/edge/request.ts';
import { checkName } from '../lib/operations/names.ts';

const schema = z.strictObject({ namespace: z.exactOptional(z.string().check(z.maxLength(255))) });

/** GET /connections/{id}/names/{name}: whether a repository of that name can be created. */
export const handler = endpoint('repositories:read', async (call) => {
  const { namespace } = queryOf(call.request, schema);
  const verdict = await withConnection(call, 'check name', (access, provider) =>
    checkName(access, provider, namespace ?? access.login, call.request.parameters.name ?? ''),
  );
  return json(200, verdict);
});
