import type { Context, Hono } from 'hono';
import { mountConsent } from '../consent.ts';
import type { Host } from '../host.ts';
import { fieldsOf, formOf, isoTime, refuse, textIn } from '../reply.ts';
import type { Pair } from '../tokens.ts';
import type { Wire } from '../wire.ts';
import { userShape } from './shapes.ts';

const authorizeErrors =
  '/apps/building-integrations/setting-up-and-registering-oauth-apps/troubleshooting-authorization-request-errors/';
const tokenErrors =
  '/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/';

const descriptions: Readonly<Record<string, string>> = {
  incorrect_client_credentials: 'The client_id and/or client_secret passed are incorrect.',
  redirect_uri_mismatch:
    'The redirect_uri MUST match the registered callback URL for this application.',
  bad_verification_code: 'The code passed is incorrect or expired.',
  bad_refresh_token: 'The refresh token passed is incorrect or expired.',
  unsupported_grant_type: 'The grant_type passed is not supported.',
};

const scopes = [
  ...['repo', 'public_repo', 'workflow', 'read:org', 'read:user', 'user', 'delete_repo'],
  'offline_access',
];

/** JSON when asked for, else form-encoded: GitHub's default. Errors come with status 200. */
function answer(c: Context, fields: Readonly<Record<string, string | number>>): Response {
  if ((c.req.header('accept') ?? '').includes('application/json')) return c.json(fields);
  const entries = Object.entries(fields).map(([name, value]) => [name, String(value)]);
  return c.body(new URLSearchParams(entries).toString(), 200, {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  });
}

function failed(c: Context, error: string): Response {
  const error_uri = `${tokenErrors}#${error.replaceAll('_', '-')}`;
  return answer(c, { error, error_description: descriptions[error] ?? '', error_uri });
}

function issued(c: Context, host: Host, { access, refresh }: Pair): Response {
  const left = (expiresAt = 0) => Math.round((expiresAt - host.now()) / 1000);
  return answer(c, {
    access_token: access.value,
    ...(access.expiresAt === undefined ? {} : { expires_in: left(access.expiresAt) }),
    ...(refresh === undefined
      ? {}
      : { refresh_token: refresh.value, refresh_token_expires_in: left(refresh.expiresAt) }),
    scope: host.options.githubApp === 'oauth-app' ? access.grant.scopes.join(',') : '',
    token_type: 'bearer',
  });
}

function redeem(c: Context, host: Host, fields: Readonly<Record<string, string>>): Response {
  const code = fields.code ?? '';
  const issuedFor = host.tokens.codes.find((each) => each.code === code);
  const { redirect_uri: redirectUri = issuedFor?.redirectUri } = fields;
  if (issuedFor !== undefined && redirectUri !== issuedFor.redirectUri) {
    return failed(c, 'redirect_uri_mismatch');
  }
  const grant = host.tokens.redeem(code, fields.code_verifier);
  if (grant === undefined) return failed(c, 'bad_verification_code');
  return issued(c, host, host.tokens.issue(grant));
}

function mountToken(app: Hono<Wire>, host: Host): void {
  app.post('/login/oauth/access_token', async (c) => {
    const fields = await formOf(c);
    const { clientId, clientSecret } = host.settings;
    if (fields.client_id !== clientId || fields.client_secret !== clientSecret) {
      return failed(c, 'incorrect_client_credentials');
    }
    switch (fields.grant_type ?? 'authorization_code') {
      case 'authorization_code':
        return redeem(c, host, fields);
      case 'refresh_token': {
        const pair = host.tokens.refresh(fields.refresh_token ?? '');
        return pair === undefined ? failed(c, 'bad_refresh_token') : issued(c, host, pair);
      }
      default:
        return failed(c, 'unsupported_grant_type');
    }
  });
}

/** Checking and ending tokens, as the app: HTTP Basic with client id and secret. */
export function mountApplications(app: Hono<Wire>, host: Host, api: string): void {
  const { clientId, clientSecret } = host.settings;
  const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

  async function tokenOf(c: Context) {
    if (c.req.header('authorization') !== expected)
      refuse(401, { message: 'Bad credentials', status: '401' });
    if (c.req.param('client_id') !== clientId) refuse(404, { message: 'Not Found', status: '404' });
    const value = textIn(await fieldsOf(c), 'access_token');
    if (value === undefined) refuse(422, { message: 'Validation Failed', status: '422' });
    const token = host.tokens.standing(value, ['access']);
    if (token === 'unknown') refuse(404, { message: 'Not Found', status: '404' });
    return token;
  }
  app.post(`${api}/applications/:client_id/token`, async (c) => {
    const token = await tokenOf(c);
    if (typeof token === 'string') return c.json({ message: 'Not Found', status: '404' }, 404);
    const account = host.world.account(token.grant.login);
    return c.json({
      id: 1,
      url: `${host.settings.apiUrl}/authorizations/1`,
      scopes: token.grant.scopes,
      token: token.value,
      token_last_eight: token.value.slice(-8),
      app: { url: 'http://localhost', name: 'sandbox app', client_id: clientId },
      created_at: isoTime(token.createdAt),
      updated_at: isoTime(token.createdAt),
      expires_at: token.expiresAt === undefined ? null : isoTime(token.expiresAt),
      user: account === undefined ? null : userShape(host, account),
    });
  });
  app.delete(`${api}/applications/:client_id/token`, async (c) => {
    const token = await tokenOf(c);
    if (typeof token === 'string')
      return c.json({ message: 'Validation Failed', status: '422' }, 422);
    host.tokens.revoke(token.value);
    return c.body(null, 204);
  });
  app.delete(`${api}/applications/:client_id/grant`, async (c) => {
    const token = await tokenOf(c);
    if (typeof token === 'string')
      return c.json({ message: 'Validation Failed', status: '422' }, 422);
    const { login } = token.grant;
    for (const { grant } of host.tokens.all.filter((each) => each.grant.login === login)) {
      host.tokens.revokeGrant(grant);
    }
    return c.body(null, 204);
  });
}

/** GitHub's web flow: consent page and token endpoint. */
export function mountOauth(app: Hono<Wire>, host: Host): void {
  mountConsent(app, host, {
    path: '/login/oauth/authorize',
    pkce: true,
    ...(host.options.githubApp === 'oauth-app' ? { scopes } : {}),
    unknownScope: 'drop',
    denial: {
      error: 'access_denied',
      error_description: 'The user has denied your application access.',
      error_uri: `${authorizeErrors}#access-denied`,
    },
    mismatch: {
      error: 'redirect_uri_mismatch',
      error_description: descriptions.redirect_uri_mismatch ?? '',
      error_uri: `${authorizeErrors}#redirect-uri-mismatch`,
    },
    ...(host.options.githubIss === false
      ? {}
      : { extra: { iss: `${host.settings.webUrl}/login/oauth` } }),
  });
  mountToken(app, host);
}
