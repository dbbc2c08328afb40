import { table } from '../lib/aws/dynamodb.ts';
import { issuerOf, provider } from '../lib/compose/configured-providers.ts';
import { sealingVault } from '../lib/compose/sealing-vault.ts';
import { backFromConnect, notConnected, withoutSession } from '../lib/edge/back-from-connect.ts';
import { browserEndpoint, browserSession } from '../lib/edge/browser.ts';
import { redirect } from '../lib/edge/reply.ts';
import { checkIssuer, grantedCode, readCallback, readSetup } from '../lib/oauth/callback.ts';
import { endFlow } from '../lib/oauth/flow.ts';
import { connect } from '../lib/vault/vault.ts';

/** GET /callback/{provider}: the user's consent becomes a sealed connection. */
export const handler = browserEndpoint(async (call) => {
  const { request, invocation, now } = call;
  const setup = readSetup(request.query);
  if (setup !== undefined) return redirect(`/?setup=${setup}`);
  const callback = readCallback(request.query);
  const session = await browserSession(request, now);
  if (session === undefined) return withoutSession(call);
  const { partition, id: sessionId } = session;
  const id = request.parameters.provider ?? '';
  const { state } = callback;
  const flow = await endFlow(table(), { partition, sessionId, provider: id, state, now });
  try {
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
    return redirect(backFromConnect(flow.returnTo, connection.id));
  } catch (error) {
    return notConnected(call, error, { session, provider: id, ...flow });
  }
});
