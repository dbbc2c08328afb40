import * as z from 'zod/mini';
import { beginFlow } from '../lib/oauth/flow.ts';
import { table } from '../lib/runtime/aws.ts';
import {
  browserEndpoint,
  browserSession,
  refuseCrossSite,
  toLogin,
} from '../lib/runtime/browser.ts';
import { connections } from '../lib/runtime/connections.ts';
import { callbackUrl, provider } from '../lib/runtime/providers.ts';
import { redirect } from '../lib/runtime/reply.ts';
import { pathAndQuery, queryOf } from '../lib/runtime/request.ts';
import { returnTarget } from '../lib/runtime/return-to.ts';
import { getConnection } from '../lib/vault/vault.ts';

const schema = z.object({
  returnTo: z.exactOptional(z.string()),
  connection: z.exactOptional(z.string()),
});

/** GET /connect/{provider}: sends the browser to the provider's authorize page. */
export const handler = browserEndpoint(async ({ request, invocation, now }) => {
  refuseCrossSite(request);
  const session = await browserSession(request, now);
  if (session === undefined) return toLogin(request, pathAndQuery(request));
  const { returnTo, ...renewed } = queryOf(request, schema);
  const host = await provider(request.parameters.provider ?? '', invocation);
  if (renewed.connection !== undefined) {
    // Somebody else's is not there; a consent for it could only be thrown away.
    await getConnection(connections(), { partition: session.partition, id: renewed.connection });
  }
  const redirectUri = callbackUrl(host.settings.id);
  const { state, codeChallenge } = await beginFlow(
    table(),
    {
      partition: session.partition,
      sessionId: session.id,
      provider: host.settings.id,
      redirectUri,
      returnTo: returnTarget(returnTo),
      ...renewed,
    },
    now,
  );
  return redirect(host.authorizeUrl({ state, redirectUri, codeChallenge }));
});
