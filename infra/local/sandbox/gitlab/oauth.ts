import type { Hono } from 'hono';
import { mountConsent } from '../consent.ts';
import { secondsLeft, tokenEndpoint } from '../doorkeeper.ts';
import { type Host, presented } from '../host.ts';
import { formOf } from '../reply.ts';
import type { Wire } from '../wire.ts';
import { unauthorized } from './access.ts';

const descriptions = {
  invalid_grant:
    'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  invalid_client:
    'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
  unsupported_grant_type:
    'The authorization grant type is not supported by the authorization server.',
  invalid_request: 'Missing required parameter: grant_type.',
};

/** GitLab's OAuth: consent page, token, revocation and token information. */
export function mountOauth(app: Hono<Wire>, host: Host): void {
  mountConsent(app, host, {
    path: '/oauth/authorize',
    pkce: true,
    scopes: ['api', 'read_api', 'read_user', 'read_repository', 'write_repository', 'openid'],
    unknownScope: 'refuse',
    denial: {
      error: 'access_denied',
      error_description: 'The resource owner or authorization server denied the request.',
    },
  });
  app.post(
    '/oauth/token',
    tokenEndpoint(host, {
      descriptions,
      refreshNeedsRedirectUri: true,
      refreshWithoutClient: false,
      answer: ({ access, refresh }) => ({
        access_token: access.value,
        token_type: 'bearer',
        expires_in: secondsLeft(host, access.expiresAt),
        refresh_token: refresh?.value,
        scope: access.grant.scopes.join(' '),
        created_at: Math.floor(access.createdAt / 1000),
      }),
    }),
  );
  app.post('/oauth/revoke', async (c) => {
    const { client_id, client_secret, token = '' } = await formOf(c);
    if (client_id !== host.settings.clientId || client_secret !== host.settings.clientSecret) {
      const error_description = 'You are not authorized to revoke this token';
      return c.json({ error: 'unauthorized_client', error_description }, 403);
    }
    // One record holds both tokens: ending one ends the other.
    const found = host.tokens.find(token);
    if (found !== undefined) host.tokens.revokeGrant(found.grant);
    return c.json({});
  });
  app.get('/oauth/token/info', (c) => {
    const token = presented(host, c);
    if (typeof token === 'string') return unauthorized(token);
    return c.json({
      resource_owner_id: host.world.account(token.grant.login)?.id,
      scope: token.grant.scopes,
      expires_in: secondsLeft(host, token.expiresAt) ?? null,
      application: { uid: host.settings.clientId },
      created_at: Math.floor(token.createdAt / 1000),
    });
  });
}
