import { startConnect as route } from '../lib/api/requests/startConnect.ts';
import { table } from '../lib/aws/dynamodb.ts';
import { arrivalCookie } from '../lib/callers/arrival.ts';
import { setCookie } from '../lib/callers/cookies.ts';
import { callbackUrl, provider } from '../lib/compose/configured-providers.ts';
import { connections } from '../lib/compose/connection-records.ts';
import { browserEndpoint, browserSession, isNavigation, toLogin } from '../lib/edge/browser.ts';
import { cameUnasked, connectAskedPage } from '../lib/edge/connect-asked.ts';
import { redirect } from '../lib/edge/reply.ts';
import { pathAndQuery, queryOf } from '../lib/edge/request.ts';
import { returnTarget } from '../lib/edge/return-target.ts';
import { beginFlow } from '../lib/oauth/flow.ts';
import { getConnection } from '../lib/vault/vault.ts';

/** GET /connect/{provider}: sends the browser to the provider's authorize page. */
export const handler = browserEndpoint(async ({ request, invocation, now }) => {
  const session = await browserSession(request, now);
  // The product's login vouches for who comes from there; a picture or frame is led nowhere.
  if (session === undefined && isNavigation(request))
    return toLogin(request, pathAndQuery(request));
  const { returnTo, ...renewed } = queryOf(request, route.query);
  const host = await provider(request.parameters.provider ?? '', invocation);
  if (session === undefined || cameUnasked(request)) {
    return connectAskedPage(request, host.settings, session);
  }
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
  return redirect(host.authorizeUrl({ state, redirectUri, codeChallenge }), {
    cookies: [setCookie(arrivalCookie, '', 0)],
  });
});
