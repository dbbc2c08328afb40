import * as z from 'zod/mini';
import { vault } from '../lib/compose/opening-vault.ts';
import { endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { jsonBody } from '../lib/edge/request.ts';
import { connectionRef } from '../lib/edge/views.ts';
import { rfc3339 } from '../lib/primitives/time.ts';
import { accessToken } from '../lib/vault/vault.ts';

const schema = z.strictObject({
  rejectedGeneration: z.exactOptional(z.int().check(z.minimum(1))),
});

/** POST /connections/{id}/token: a valid access token, refreshed when it needs to be, once. */
export const handler = endpoint('tokens:read', async ({ request, invocation, caller }) => {
  const token = await accessToken(vault(invocation), {
    ref: connectionRef(caller, request),
    caller: caller.name,
    purpose: 'token',
    timeLeft: invocation.timeLeft,
    ...jsonBody(request, schema),
  });
  const { expiresAt, ...rest } = token;
  return json(200, {
    ...rest,
    ...(expiresAt === undefined ? {} : { expiresAt: rfc3339(expiresAt) }),
  });
});
