import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hosts } from './hosts.ts';
import { everyPage, redirectUri, refusalOf, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.sandbox.reset());
afterAll(() => stage.sandbox.close());

const signal = new AbortController().signal;

describe.each(hosts)('signing in at %s', (id) => {
  const renew = async (refreshToken: string | undefined, secret?: string) => {
    const { refresh } = await stage.client(id, secret);
    if (refresh === undefined || refreshToken === undefined) throw new Error('no refresh here');
    return refresh({ refreshToken, redirectUri, signal });
  };

  test('given consent, when the code is redeemed, then the token is that account’s, and what is known of its life lies ahead', async () => {
    const { client, tokens } = await stage.signIn(id, { account: 'other-user' });
    const account = await client.identify(tokens.accessToken);
    const known = stage.sandbox.state(id).accounts.find(({ login }) => login === 'other-user');
    expect(account).toMatchObject({ id: String(known?.id), login: 'other-user' });
    for (const time of [tokens.expiresAt, tokens.refreshExpiresAt]) {
      if (time !== undefined) expect(time).toBeGreaterThan(stage.now());
    }
  });

  test.each([
    ['spent', 0],
    ['too old', 3_600_000],
  ])(
    'given a code that is %s, when it is redeemed, then the flow has to begin anew',
    async (_, age) => {
      const client = await stage.client(id);
      const consent = await stage.consent(id);
      if (age === 0) await client.exchange(consent);
      stage.sandbox.advance(age);
      expect(await refusalOf(client.exchange(consent))).toEqual({
        code: 'StateMismatch',
        reason: 'code_rejected',
      });
    },
  );

  test('given a client secret that is wrong, when a code or a refresh token is sent, then it is the deployment’s fault, and both stay good', async () => {
    const invalid = { code: 'Misconfigured', reason: 'invalid_client' };
    const consent = await stage.consent(id);
    const mistaken = await stage.client(id, 'not the one of this app');
    expect(await refusalOf(mistaken.exchange(consent))).toEqual(invalid);
    const { tokens } = await stage.signIn(id);
    expect(await refusalOf(renew(tokens.refreshToken, 'not the one of this app'))).toEqual(invalid);
    expect((await renew(tokens.refreshToken)).accessToken).not.toBe('');
  });

  test('given a refresh, when the tokens before it are used, then they are what `rotation` says', async () => {
    const { client, tokens } = await stage.signIn(id);
    const renewed = await renew(tokens.refreshToken);
    expect((await client.identify(renewed.accessToken)).login).toBe('sandbox-user');
    const before = client.identify(tokens.accessToken);
    if (client.rotation === 'overlaps') return expect((await before).login).toBe('sandbox-user');
    expect(await refusalOf(before)).toEqual(rejected);
    expect(await refusalOf(renew(tokens.refreshToken))).toEqual(deadGrant);
  });

  test('given a grant that ended at the host, when its tokens are used, then the user has to reconnect', async () => {
    const { client, access, tokens } = await stage.signIn(id);
    stage.sandbox.revoke(id);
    expect(await refusalOf(client.identify(access.token))).toEqual(rejected);
    expect(await refusalOf(client.repositories(access, {}))).toEqual(rejected);
    expect(await refusalOf(renew(tokens.refreshToken))).toEqual(deadGrant);
  });

  test('given a host that revokes, when tokens are revoked twice, then they are dead and neither is an error', async () => {
    const { client, tokens } = await stage.signIn(id);
    if (client.revoke === undefined) return;
    await client.revoke(tokens);
    await client.revoke(tokens);
    expect(await refusalOf(client.identify(tokens.accessToken))).toEqual(rejected);
    const mistaken = await stage.client(id, 'not the one of this app');
    const again = await stage.signIn(id);
    expect((await refusalOf(mistaken.revoke?.(again.tokens) ?? Promise.resolve())).code).toBe(
      'Misconfigured',
    );
  });

  test('given an OAuth app of GitHub, when it asks for offline_access, or has it set so, then its tokens end and are refreshed; else they live for ever', async () => {
    if (id !== 'github') return;
    const lives = async (options: Parameters<typeof startStage>[0], withhold: string[] = []) => {
      const apart = await startStage({ githubApp: 'oauth-app', ...options });
      const { client, tokens } = await apart.signIn(id, { withhold });
      const { refreshToken, expiresAt } = tokens;
      const renewed =
        refreshToken === undefined
          ? undefined
          : await client.refresh?.({ refreshToken, redirectUri, signal });
      await apart.sandbox.close();
      return { ends: expiresAt !== undefined, renewed: renewed?.accessToken !== undefined };
    };
    expect(await lives({})).toEqual({ ends: true, renewed: true });
    const none = ['offline_access'];
    expect(await lives({}, none)).toEqual({ ends: false, renewed: false });
    expect(await lives({ githubExpiry: true }, none)).toEqual({ ends: true, renewed: true });
  });

  const rejected = { code: 'ReconnectRequired', reason: 'access_token_rejected' };
  const deadGrant = { code: 'ReconnectRequired', reason: 'invalid_grant' };
});

describe.each(hosts)('the repositories of %s', (id) => {
  // Without files: a real host takes its time for each.
  const many = { owner: 'sandbox-user', name: 'many', visibility: 'public', files: {} } as const;

  test('given more than a page of them, when all pages are read, then each is there once', async () => {
    stage.sandbox.seed(id, {
      repositories: [{ ...many, copies: 130 }],
    });
    const { client, access } = await stage.signIn(id);
    const found = await everyPage((page) => client.repositories(access, page));
    const names = found.map(({ fullName }) => fullName);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.startsWith('sandbox-user/many-'))).toHaveLength(130);
  });

  test.each(['sandbox-user', 'sandbox-org'])(
    'given the namespace %s, when it is named, then what is there belongs to it',
    async (namespace) => {
      const { client, access } = await stage.signIn(id);
      const found = await everyPage((page) => client.repositories(access, { ...page, namespace }));
      expect(new Set(found.map(({ owner }) => owner))).toEqual(new Set([namespace]));
    },
  );

  test.each(['', '0', '-1', '1.5', 'https://evil.example/?page=2'])(
    'given the cursor %j, which is none of this list’s, when it comes, then it is refused',
    async (cursor) => {
      const { client, access } = await stage.signIn(id);
      expect((await refusalOf(client.repositories(access, { cursor }))).code).toBe('InvalidInput');
    },
  );
});
