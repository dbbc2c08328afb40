import { expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import { giteaAt, redirectUri, refusalOf, said, scripted, secret } from './fixtures.ts';

const consent = { code: 'code-0123456789', redirectUri, codeVerifier: 'verifier-0123456789' };
const refreshToken = 'eyJhbGciOiJSUzI1NiJ9.eyJnbnQiOjEsInR0IjoxfQ.c2lnbmF0dXJl';
const renewal = { refreshToken, redirectUri, signal: AbortSignal.timeout(5_000) };

const asks = (form: Record<string, string>, reply: Exchange['reply']): Exchange => ({
  expect: {
    method: 'POST',
    path: '/login/oauth/access_token',
    form: { client_id: 'app-1', client_secret: secret, redirect_uri: redirectUri, ...form },
  },
  reply,
});
const redeems = (reply: Exchange['reply']) =>
  asks(
    { grant_type: 'authorization_code', code: consent.code, code_verifier: consent.codeVerifier },
    reply,
  );
const renews = (reply: Exchange['reply']) =>
  asks({ grant_type: 'refresh_token', refresh_token: refreshToken }, reply);

const refused = (error: string, error_description: string) => ({
  status: 400,
  json: { error, error_description },
});

test('given a self-hosted Gitea, when it begins, then response type, state, S256 challenge and scopes are in the URL', () => {
  const gitea = giteaAt({ origin: 'https://git.acme.example', fetch });
  const url = new URL(gitea.authorizeUrl({ state: 's', redirectUri, codeChallenge: 'c' }));
  expect(url.origin + url.pathname).toBe('https://git.acme.example/login/oauth/authorize');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'app-1',
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 's',
    code_challenge: 'c',
    code_challenge_method: 'S256',
    scope: 'write:user write:repository',
  });
});

test('given no revocation endpoint, when a client is asked for one, then there is none, and a refresh leaves the old access token alive', () => {
  const gitea = giteaAt({ origin: 'https://git.acme.example', fetch });
  expect('revoke' in gitea).toBe(false);
  expect(gitea.rotation).toBe('overlaps');
});

test('given a code, when it is redeemed, then the token lives an hour, and no scopes are told', async () => {
  const gitea = await scripted([redeems(said('tokens'))], 1_000);
  const tokens = await gitea.exchange(consent);
  expect(tokens.expiresAt).toBe(3_601_000);
  expect(tokens.scopes).toBeUndefined();
});

test('given a refresh, when it is answered, then the new refresh token comes with it', async () => {
  const answer = said('refreshed', { access_token: 'a', refresh_token: 'r' });
  const gitea = await scripted([renews(answer)]);
  expect(await gitea.refresh(renewal)).toMatchObject({ accessToken: 'a', refreshToken: 'r' });
});

test.each([
  ['its claims', { gnt: 1, tt: 1, exp: 1_800_000_000 }, 1_800_000_000_000],
  ['claims without an end', { gnt: 1 }, undefined],
  ['an end that is none', { exp: 'soon' }, undefined],
])(
  'given a refresh token with %s, when it comes, then idle care knows of its end what it says itself',
  async (_, claims, end) => {
    const refresh_token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
    const gitea = await scripted([redeems(said('tokens', { refresh_token }))]);
    expect((await gitea.exchange(consent)).refreshExpiresAt).toBe(end);
  },
);

const codeRejected = ['StateMismatch', 'code_rejected'];
const invalidClient = ['Misconfigured', 'invalid_client'];
const invalidGrant = ['ReconnectRequired', 'invalid_grant'];

test.each([
  ['code, spent', codeRejected],
  ['code, wrong verifier', codeRejected],
  ['code, wrong secret', invalidClient],
  ['code, unknown client', invalidClient],
  ['code, other address', invalidClient],
  ['another grant type', ['ProviderProtocol', 'unsupported_grant_type']],
])(
  'given the recorded refusal of a %s, when redeemed, then whose fault it is is told from its words',
  async (name, outcome) => {
    const gitea = await scripted([redeems(said(name))]);
    expect(await refusalOf(gitea.exchange(consent))).toEqual(outcome);
  },
);

// The rest of what routers/web/auth/oauth2_provider.go and services/oauth2_provider can say of a code.
test.each([
  ['invalid_grant', 'authorization code expired', codeRejected],
  ['invalid_grant', 'authorization code already used', codeRejected],
  ['invalid_grant', 'invalid grant', codeRejected],
  ['invalid_request', 'cannot find user', codeRejected],
  ['unauthorized_client', 'invalid empty client secret', invalidClient],
  ['invalid_request', 'cannot process your request', ['ProviderUnavailable', 'server_error']],
  ['invalid_request', 'cannot sign token', ['ProviderUnavailable', 'server_error']],
])(
  'given %s for a code, "%s", when redeemed, then it ends as what it is',
  async (error, words, outcome) => {
    const gitea = await scripted([redeems(refused(error, words))]);
    expect(await refusalOf(gitea.exchange(consent))).toEqual(outcome);
  },
);

test.each([
  ['refresh, garbage', invalidGrant],
  ['refresh, wrong secret', invalidClient],
  ['refresh, unknown client', invalidClient],
])(
  'C35 given the recorded refusal of a %s, when renewed, then only what is said of the token is the user’s',
  async (name, outcome) => {
    const gitea = await scripted([renews(said(name))]);
    expect(await refusalOf(gitea.refresh(renewal))).toEqual(outcome);
  },
);

test.each([
  ['unauthorized_client', 'token was already used', invalidGrant],
  ['invalid_grant', 'grant does not exist', invalidGrant],
  ['invalid_request', 'cannot find user', invalidGrant],
  ['unauthorized_client', 'invalid client secret', invalidClient],
  // One that nobody knows is no reason to have a user consent again.
  ['unauthorized_client', 'something new', invalidClient],
])(
  'C35 given %s for a refresh token, "%s", when renewed, then it ends as what it is',
  async (error, words, outcome) => {
    const gitea = await scripted([renews(refused(error, words))]);
    expect(await refusalOf(gitea.refresh(renewal))).toEqual(outcome);
  },
);

// The database was busy: the same refresh token works a moment later.
test.each([
  ['invalid_grant', 'cannot increase the grant counter'],
  ['invalid_request', 'cannot sign token'],
  ['invalid_request', 'Error creating signing key'],
  ['invalid_request', 'cannot find application'],
  ['invalid_request', 'server error'],
])(
  'given the server’s own trouble told as %s, "%s", when renewed, then the grant is not given up',
  async (error, words) => {
    const gitea = await scripted([renews(refused(error, words))]);
    expect(await refusalOf(gitea.refresh(renewal))).toEqual([
      'ProviderUnavailable',
      'server_error',
    ]);
  },
);
