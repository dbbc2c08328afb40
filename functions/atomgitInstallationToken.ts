import * as z from 'zod/mini';
import { tokenOfInstallation } from '../lib/compose/installed-apps.ts';
import { installationNamed } from '../lib/edge/at-provider.ts';
import { backendEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { jsonBody } from '../lib/edge/request.ts';
import { installationTokenView } from '../lib/edge/views.ts';

const word = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,63}$/i));
const repository = z.string().check(z.regex(/^[^\s/\p{Cc}]{1,255}$/u));

const schema = z.strictObject({
  // Empty, it could mean nothing as well as everything.
  permissions: z.exactOptional(
    z
      .record(word, word)
      .check(z.refine((given) => Object.keys(given).length > 0, 'must name a permission')),
  ),
  repositories: z.exactOptional(z.array(repository).check(z.minLength(1), z.maxLength(500))),
});

/** POST /installations/{provider}/{installationId}/token: one token for all who ask for the same. */
export const handler = backendEndpoint('installations:write', async (call) => {
  const scope = jsonBody(call.request, schema);
  const shared = await tokenOfInstallation(installationNamed(call), scope);
  return json(200, installationTokenView(shared));
});
