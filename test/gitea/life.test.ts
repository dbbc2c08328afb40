import { afterAll, afterEach, expect, test } from 'vitest';
import { anyPorts } from '../../infra/local/sandbox/registry.ts';
import { outbound } from '../../lib/http/outbound.ts';
import { codeChallenge, randomVerifier } from '../../lib/oauth/pkce.ts';
import { capability } from '../../lib/providers/provider.ts';
import { loadProvider, originsOf } from '../../lib/providers/registry.ts';
import { refusalOf } from '../conformance/stage.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { visitConsent } from './visit.ts';

const redirectUri = 'http://localhost:3000/callback';
const open: Sandbox[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
afterAll(() => expect(open).toEqual([]));

/** A person's tokens at a fresh server, and the client. */
async function signedIn(invalidateRefreshTokens: boolean) {
  const sandbox = await startSandbox({ ports: anyPorts, invalidateRefreshTokens });
  open.push(sandbox);
  const { clientSecret, ...settings } = sandbox.providers.gitea;
  const client = await loadProvider({
    settings,
    now: Date.now,
    clientSecrets: async () => [clientSecret],
    fetch: outbound({
      origins: originsOf(settings),
      timeout: 10_000,
      maxBytes: 1_000_000,
      now: Date.now,
      random: () => 0,
      sleep: async () => {},
    }),
  });
  const codeVerifier = randomVerifier();
  const url = client.authorizeUrl({
    state: 'state',
    redirectUri,
    codeChallenge: codeChallenge(codeVerifier),
  });
  const code = (await visitConsent(url)).searchParams.get('code') ?? '';
  const tokens = await client.exchange({ code, redirectUri, codeVerifier });
  const renew = (refreshToken = '') =>
    capability(
      client,
      'refresh',
    )({
      refreshToken,
      redirectUri,
      signal: AbortSignal.timeout(10_000),
    });
  return { sandbox, client, tokens, renew };
}

test('given a server whose refresh tokens are spent by use, when one comes again, then its user has to reconnect, and the newer one goes on', async () => {
  const { client, tokens, renew } = await signedIn(true);
  const second = await renew(tokens.refreshToken);
  expect(await refusalOf(renew(tokens.refreshToken))).toEqual({
    code: 'ReconnectRequired',
    reason: 'invalid_grant',
  });
  const third = await renew(second.refreshToken);
  for (const { accessToken } of [tokens, second, third]) {
    expect((await client.identify(accessToken)).login).toBe('sandbox-user');
  }
});

test('given a server as it comes, when a refresh token comes again, then it works, as a lost answer needs', async () => {
  const { client, tokens, renew } = await signedIn(false);
  const second = await renew(tokens.refreshToken);
  const again = await renew(tokens.refreshToken);
  for (const { accessToken } of [second, again]) {
    expect((await client.identify(accessToken)).login).toBe('sandbox-user');
  }
});

test('given a repository that gets another name between connecting and use, when it is looked for by the former one, then it is found as what it is called now', async () => {
  const { sandbox, client, tokens } = await signedIn(false);
  const access = { token: tokens.accessToken, login: 'sandbox-user' };
  sandbox.rename('gitea', 'sandbox-user/notes', 'renamed');
  const found = await client.creation?.findRepository(access, 'sandbox-user/notes');
  expect(found?.fullName).toBe('sandbox-user/renamed');
  const former = { id: found?.id ?? '', fullName: 'sandbox-user/notes' };
  const work = client.creation?.configure(access, former, { description: 'x' });
  expect(await refusalOf(work ?? Promise.resolve())).toEqual({ code: 'NotFound', reason: 'moved' });
});
