import { table } from '../lib/aws/dynamodb.ts';
import { issuerOf, provider } from '../lib/compose/configured-providers.ts';
import { sealingVault } from '../lib/compose/sealing-vault.ts';
import { browserEndpoint, browserSession, requireSession } from '../lib/edge/browser.ts';
import { redirect } from '../lib/edge/reply.ts';
import { checkIssuer, grantedCode, readCallback, readSetup } from '../lib/oauth/callback.ts';
import { endFlow } from '../lib/oauth/flow.ts';
import { connect } from '../lib/vault/vault.ts';

/** GET /callback/{provider}: the user's consent becomes a sealed connection. */
export const handler = browserEndpoint(async ({ request, invocation, now }) => {
  const setup = readSetup(request.query);
  if (setup !== undefined) return redirect(`/?setup=${setup}`);
  const callback = readCallback(request.query);
  const { partition, id: sessionId } = await requireSession(request, now);
  const id = request.parameters.provider ?? '';
  const flow = await endFlow(table(), {
    partition,
    sessionId,
    provider: id,
    state: callback.state,
    now,
  });
  const host = await provider(id, invocation);
  checkIssuer(callback, issuerOf(host));
  const { redirectUri, verifier } = flow;
  const code = grantedCode(callback);
  const connection = await connect(sealingVault(), host, {
    partition,
    code,
    redirectUri,
    codeVerifier: verifier,
    connection: flow.connection,
    timeLeft: invocation.timeLeft,
    isSignedIn: async () => (await browserSession(request, Date.now())) !== undefined,
  });
  return redirect(tellingConnection(flow.returnTo, connection.id));
});

/** Tells the page behind which connection came of it. */
function tellingConnection(returnTo: string, id: string): string {
  const url = new URL(returnTo);
  url.searchParams.set('connection', id);
  return url.href;
}
