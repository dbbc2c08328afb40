import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { mountConsent } from '../consent.ts';
import { secondsLeft } from '../doorkeeper.ts';
import type { Host } from '../host.ts';
import { formOf, refuse } from '../reply.ts';
import type { Pair } from '../tokens.ts';
import type { Wire } from '../wire.ts';
import { recorded, recordedFields, refuseAs } from './answers.ts';

const areas = [
  ...['activitypub', 'admin', 'issue', 'misc', 'notification'],
  ...['organization', 'package', 'repository', 'user'],
];

/** Gitea's OAuth: consent page and token endpoint. There is no revocation. */
export function mountOauth(app: Hono<Wire>, host: Host): void {
  const { state: _, ...denial } = Object(recorded(host, 'denied').body);
  mountConsent(app, host, {
    path: '/login/oauth/authorize',
    pkce: true,
    scopes: ['all', ...areas.flatMap((area) => [`read:${area}`, `write:${area}`])],
    unknownScope: 'drop',
    denial,
  });

  function redeem(fields: Readonly<Record<string, string>>): Pair {
    const code = fields.code ?? '';
    const issued = host.tokens.codes.find((each) => each.code === code);
    if (issued === undefined) return refuseAs(host, 'code, spent');
    if (issued.redirectUri !== fields.redirect_uri) return refuseAs(host, 'code, other address');
    const verifier = fields.code_verifier;
    // One that does not fit leaves the code as it is.
    const challenge = createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url');
    if (issued.challenge !== undefined && issued.challenge !== challenge) {
      return refuseAs(host, 'code, wrong verifier');
    }
    const grant = host.tokens.redeem(code, verifier);
    return grant === undefined ? refuseAs(host, 'code, spent') : host.tokens.issue(grant);
  }

  app.post('/login/oauth/access_token', async (c) => {
    const fields = await formOf(c);
    const { clientId, clientSecret } = host.settings;
    const what = fields.grant_type === 'refresh_token' ? 'refresh' : 'code';
    if (!['refresh_token', 'authorization_code'].includes(fields.grant_type ?? '')) {
      return refuseAs(host, 'another grant type');
    }
    if (fields.client_id !== clientId) {
      return refuseAs(host, `${what}, unknown client`);
    }
    if (fields.client_secret !== clientSecret) return refuseAs(host, `${what}, wrong secret`);
    const pair = what === 'code' ? redeem(fields) : host.tokens.refresh(fields.refresh_token ?? '');
    if (pair === undefined) return refuseSpent(host, fields.refresh_token ?? '');
    return c.json({
      ...recordedFields(host, 'tokens'),
      access_token: pair.access.value,
      refresh_token: pair.refresh?.value,
      expires_in: secondsLeft(host, pair.access.expiresAt),
    });
  });
}

/** As with `INVALIDATE_REFRESH_TOKENS`: a refresh token is spent by its first use. */
function refuseSpent(host: Host, value: string): never {
  if (host.tokens.find(value) === undefined) return refuseAs(host, 'refresh, garbage');
  const error_description = 'token was already used';
  refuse(400, { ...recordedFields(host, 'refresh, garbage'), error_description });
}
