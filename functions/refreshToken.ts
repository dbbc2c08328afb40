import { refreshToken as route } from '../lib/api/requests/refreshToken.ts';
import type { Token } from '../lib/api/schemas/connection.ts';
import { vault } from '../lib/compose/opening-vault.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { connectionsWithin } from '../lib/edge/reach.ts';
import { json } from '../lib/edge/reply.ts';
import { connectionRef } from '../lib/edge/views.ts';
import { rfc3339 } from '../lib/primitives/time.ts';
import { accessToken } from '../lib/vault/vault.ts';

/** POST /connections/{id}/token: a valid access token, refreshed when it needs to be, once. */
export const handler = endpoint(route, async ({ parameters, body, invocation, caller }) => {
  const token = await accessToken(connectionsWithin(caller, vault(invocation)), {
    ref: connectionRef(caller, parameters),
    caller: caller.name,
    purpose: 'token',
    timeLeft: invocation.timeLeft,
    ...body,
  });
  const { expiresAt, ...rest } = token;
  return json<Token>(200, {
    ...rest,
    ...(expiresAt === undefined ? {} : { expiresAt: rfc3339(expiresAt) }),
  });
});
