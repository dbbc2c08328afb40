import type { Context } from 'hono';
import type { Host } from './host.ts';
import { formOf } from './reply.ts';
import type { Pair } from './tokens.ts';

/** What sets one host's Doorkeeper-like token endpoint apart. */
export interface TokenEndpoint {
  /** Words for each error code of RFC 6749 section 5.2. */
  readonly descriptions: Readonly<Record<string, string>>;
  readonly answer: (pair: Pair, host: Host) => Readonly<Record<string, unknown>>;
  /** Whether a refresh must repeat the redirect URI of the authorization. */
  readonly refreshNeedsRedirectUri: boolean;
  /** Whether a refresh is taken without client id and secret; wrong ones are refused all the same. */
  readonly refreshWithoutClient: boolean;
}

/**
 * The token endpoint of GitLab, Gitee and AtomGit v5: form body, `invalid_client` 401, every other
 * error 400.
 */
export function tokenEndpoint(host: Host, rules: TokenEndpoint): (c: Context) => Promise<Response> {
  const failed = (c: Context, error: string) =>
    c.json(
      {
        error,
        error_description: rules.descriptions[error] ?? rules.descriptions.invalid_request,
      },
      error === 'invalid_client' ? 401 : 400,
    );

  function redeem(fields: Readonly<Record<string, string>>): Pair | undefined {
    const code = fields.code ?? '';
    const issuedFor = host.tokens.codes.find((each) => each.code === code);
    if (issuedFor?.redirectUri !== fields.redirect_uri) return undefined;
    const grant = host.tokens.redeem(code, fields.code_verifier);
    return grant === undefined ? undefined : host.tokens.issue(grant);
  }
  function refresh(fields: Readonly<Record<string, string>>): Pair | undefined {
    const value = fields.refresh_token ?? '';
    const redirectUri = host.tokens.find(value)?.grant.redirectUri;
    if (rules.refreshNeedsRedirectUri && redirectUri !== fields.redirect_uri) return undefined;
    return host.tokens.refresh(value);
  }
  return async (c) => {
    const fields = await formOf(c);
    const { clientId, clientSecret } = host.settings;
    const grantType = fields.grant_type;
    if (grantType === undefined) return failed(c, 'invalid_request');
    const anonymous = fields.client_id === undefined && fields.client_secret === undefined;
    const excused = anonymous && grantType === 'refresh_token' && rules.refreshWithoutClient;
    const isClient = fields.client_id === clientId && fields.client_secret === clientSecret;
    if (!isClient && !excused) return failed(c, 'invalid_client');
    if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
      return failed(c, 'unsupported_grant_type');
    }
    const pair = grantType === 'refresh_token' ? refresh(fields) : redeem(fields);
    return pair === undefined ? failed(c, 'invalid_grant') : c.json(rules.answer(pair, host));
  };
}

/** Seconds from now until a token ends. */
export function secondsLeft(host: Host, expiresAt: number | undefined): number | undefined {
  return expiresAt === undefined ? undefined : Math.round((expiresAt - host.now()) / 1000);
}
