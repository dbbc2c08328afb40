import { describe, expect, test } from 'vitest';
import { create } from '../../../../lib/providers/atomgit/index.ts';
import { capability, strategies } from '../../../../lib/providers/provider.ts';
import type { Exchange } from '../../../harness/replay.ts';
import {
  access,
  bearer,
  clientSecret,
  contextOf,
  creationOf,
  failureOf,
  group,
  handle,
  now,
  redirectUri,
  repositoryBody,
} from '../v5/setup.ts';

const codeRequest = {
  code: 'code-0123456789',
  redirectUri,
  codeVerifier: 'verifier-0123456789',
};
const codeForm = {
  grant_type: 'authorization_code',
  code: codeRequest.code,
  client_id: 'client-1',
  client_secret: clientSecret,
  redirect_uri: redirectUri,
};
const tokenBody = {
  access_token: 'eyPZPVNfsibj9tap_ibj3t3p',
  expires_in: 1296000,
  refresh_token: 'b77ced3aee884348852160deab3697a1',
  scope: 'all_user all_projects',
  created_at: '2024-04-20T09:07:59.889Z',
};

async function atomgit(...script: readonly Exchange[]) {
  const settings = { kind: 'atomgit', flavour: 'v5', scopes: ['user_info', 'projects'] } as const;
  const { host, context } = await contextOf(script, settings);
  return { host, provider: create(context) };
}

describe('tokens', () => {
  const token = (reply: Exchange['reply'], form: Record<string, string> = codeForm): Exchange => ({
    expect: { method: 'POST', path: '/oauth/token', form },
    reply,
  });

  test('given an answer without token_type and created_at as text, when redeemed, then seconds count from now', async () => {
    const { provider } = await atomgit(token({ status: 200, json: tokenBody }));

    expect(await provider.exchange(codeRequest)).toEqual({
      accessToken: tokenBody.access_token,
      refreshToken: tokenBody.refresh_token,
      expiresAt: now + 15 * 86_400_000,
      scopes: ['all_user', 'all_projects'],
    });
  });

  test('given a refresh, when the refresh token is not sent again, then the old one stays', async () => {
    const form = {
      grant_type: 'refresh_token',
      refresh_token: 'refresh-0123456789',
      client_id: 'client-1',
      client_secret: clientSecret,
      redirect_uri: redirectUri,
    };
    const json = { access_token: 'access-9876543210', expires_in: 1296000, token_type: null };
    const { provider } = await atomgit(token({ status: 200, json }, form));
    const signal = new AbortController().signal;

    const tokens = await capability(
      provider,
      'refresh',
    )({
      refreshToken: 'refresh-0123456789',
      redirectUri,
      signal,
    });

    expect(tokens).toEqual({
      accessToken: 'access-9876543210',
      expiresAt: now + 15 * 86_400_000,
    });
  });

  test('given no word of the host on it, when the rotation is asked for, then it is the safe one', async () => {
    expect((await atomgit()).provider.rotation).toBe('kills-access');
  });

  test('given scopes, when the authorize URL is made, then they are asked for', async () => {
    const { host, provider } = await atomgit();

    const url = new URL(provider.authorizeUrl({ state: 's', redirectUri, codeChallenge: 'c' }));

    expect(url.origin + url.pathname).toBe(`${host.origin}/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client-1',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'user_info projects',
      state: 's',
    });
  });
});

describe('repositories', () => {
  const call = (
    method: string,
    path: string,
    reply: Exchange['reply'],
    json?: unknown,
  ): Exchange => ({
    expect: {
      method,
      path: `/api/v5${path}`,
      headers: bearer,
      ...(json === undefined ? {} : { json }),
    },
    reply,
  });

  test('given a token the host refuses, when used, then the user must reconnect', async () => {
    const reply = { status: 401, json: { message: '401 Unauthorized' } };
    const { provider } = await atomgit(call('GET', '/user', reply));

    expect(await failureOf(provider.identify(access.token))).toMatchObject({
      code: 'ReconnectRequired',
      details: { reason: 'access_token_rejected' },
    });
  });

  test('given an account whose id is hexadecimal, when asked for, then it is read', async () => {
    const json = { id: '6601148c5079ba0d1c00fc0e', login: 'demo', name: null };
    const { provider } = await atomgit(call('GET', '/user', { status: 200, json }));

    expect(await provider.identify(access.token)).toEqual({
      id: '6601148c5079ba0d1c00fc0e',
      login: 'demo',
    });
  });

  test('given namespaces told by kind and full_path, when listed, then they are read', async () => {
    const row = { name: 'Acme', path: 'acme', full_path: 'acme', visibility_level: 20 };
    const json = [
      { ...row, id: 138108, kind: 'group' },
      { id: 1, kind: 'user', name: 'Demo', path: 'demo', full_path: 'demo' },
    ];
    const listing: Exchange = {
      expect: { method: 'GET', path: '/api/v5/user/namespaces', query: { mode: 'all' } },
      reply: { status: 200, json },
    };
    const { provider } = await atomgit(listing);

    expect(await creationOf(provider).namespaces(access, {})).toEqual({
      items: [
        { id: '1', path: 'demo', name: 'Demo', kind: 'user' },
        { id: '138108', path: 'acme', name: 'Acme', kind: 'organization' },
      ],
    });
  });

  test('given a fork told in few words, when forked, then the rest is derived, and its visibility is one that will be asked for again', async () => {
    const namespace = { id: 138108, name: 'Acme', path: 'acme', kind: 'group', full_path: 'acme' };
    const json = { id: 729292, full_name: 'acme/fork2', human_name: 'Acme / fork2', namespace };
    const body = { organization: 'acme', name: 'fork2', path: 'fork2' };
    const { host, provider } = await atomgit(
      call('POST', '/repos/templates/site/forks', { status: 200, json }, body),
    );

    const repository = await creationOf(provider).fork(
      access,
      { template: 'templates/site', includeAllBranches: false },
      { namespace: group, name: 'fork2', description: '', visibility: 'private' },
    );

    expect(repository).toEqual({
      id: '729292',
      owner: 'acme',
      name: 'fork2',
      fullName: 'acme/fork2',
      description: '',
      visibility: 'public',
      webUrl: `${host.origin}/acme/fork2`,
      cloneUrls: { https: `${host.origin}/acme/fork2.git` },
    });
  });

  test('given its creating calls, when the strategies are asked for, then fork and create are there', async () => {
    const { provider } = await atomgit();

    expect(strategies.filter((strategy) => provider.creation?.[strategy])).toEqual([
      'fork',
      'create',
    ]);
  });

  test("given another host's CI, when the rules are asked for, then it cannot be switched here", async () => {
    expect((await atomgit()).provider.creation?.rules.settings).not.toContain('ci');
  });

  test('given settings, when configured, then the repository is patched with its name', async () => {
    const json = { name: 'site', private: false };
    const { provider } = await atomgit(
      call('PATCH', '/repos/demo/site', { status: 200, json: repositoryBody }, json),
    );

    await creationOf(provider).configure(access, handle, { visibility: 'public' });
  });

  test('given bad parameters told in error_message, when configured, then the input is refused', async () => {
    const reply = {
      status: 400,
      json: { error_code: 400, error_code_name: 'BAD_REQUEST', error_message: '参数类型错误' },
    };
    const { provider } = await atomgit(
      call('PATCH', '/repos/demo/site', reply, { name: 'site', description: 'x' }),
    );

    const error = await failureOf(
      creationOf(provider).configure(access, handle, { description: 'x' }),
    );

    expect(error).toMatchObject({ code: 'InvalidInput' });
  });
});
