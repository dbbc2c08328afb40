import { afterEach, describe, expect, test } from 'vitest';
import { PortTaken } from '../../../../infra/local/sandbox/listener.ts';
import { defaultPace, type SandboxOptions } from '../../../../infra/local/sandbox/options.ts';
import { anyPorts } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { authorizeUrl, connect, redirectUri, send, tokenCall, user } from './calls.ts';
import { visitConsent } from './visit.ts';

const now = Date.UTC(2026, 0, 31);
let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function start(options: SandboxOptions): Promise<void> {
  sandbox = await startSandbox({ ports: anyPorts, now: () => now, ...options });
}
const refresh = (refresh_token: unknown) =>
  tokenCall(sandbox, 'gitlab', {
    grant_type: 'refresh_token',
    refresh_token,
    redirect_uri: redirectUri,
  });

describe('what a spent refresh token does', () => {
  test('given revokes-on-reuse, when it comes again, then the newest tokens die', async () => {
    await start({ reuse: { gitlab: 'revokes-on-reuse' } });
    const first = (await connect(sandbox, 'gitlab')).body;
    const second = (await refresh(first.refresh_token)).body;
    expect((await refresh(first.refresh_token)).status).toBe(400);
    expect((await refresh(second.refresh_token)).status).toBe(400);
  });
  test('given leeway, when it comes again within ten seconds, then it works; later not', async () => {
    await start({ reuse: { gitlab: 'leeway' } });
    const { body } = await connect(sandbox, 'gitlab');
    await refresh(body.refresh_token);
    sandbox.advance(9_999);
    expect((await refresh(body.refresh_token)).status).toBe(200);
    sandbox.advance(1);
    expect((await refresh(body.refresh_token)).status).toBe(400);
  });
  test('given overlap, when it is refreshed, then the access token before lives on', async () => {
    await start({ overlap: { gitlab: true } });
    const { body } = await connect(sandbox, 'gitlab');
    await refresh(body.refresh_token);
    const url = `${sandbox.providers.gitlab.apiUrl}/user`;
    expect((await send('GET', url, { token: body.access_token })).status).toBe(200);
  });
  test('given a lifetime, when it is over, then the token has expired', async () => {
    await start({ accessSeconds: { gitlab: 5 } });
    const call = await user(sandbox, 'gitlab');
    sandbox.advance(5_000);
    expect((await call('GET', '/user')).status).toBe(401);
  });
});

describe('GitHub as an OAuth App', () => {
  test('given it, when tokens are issued, then gho_ without expiry, and scopes decide', async () => {
    await start({ githubApp: 'oauth-app' });
    const { body } = await connect(sandbox, 'github', {
      withhold: ['workflow', 'offline_access'],
    });
    expect(body).toEqual({
      access_token: expect.stringMatching(/^gho_/),
      scope: 'repo,read:org',
      token_type: 'bearer',
    });
  });
  test('given no workflow scope, when a workflow file is put, then it looks like a 404', async () => {
    await start({ githubApp: 'oauth-app' });
    const call = await user(sandbox, 'github', { withhold: ['workflow'] });
    await call('POST', '/user/repos', { name: 'mine', auto_init: true });
    sandbox.advance(defaultPace.settleMs);
    const file = { message: 'ci', content: 'YQ==' };
    const path = '/repos/sandbox-user/mine/contents/';
    expect((await call('PUT', `${path}.github/workflows/ci.yml`, file)).status).toBe(404);
    expect((await call('PUT', `${path}ci.yml`, file)).status).toBe(201);
  });
  test('given a GitHub App without the permission, when a workflow file is put, then 403', async () => {
    await start({ githubPermissions: { contents: 'write', administration: 'write' } });
    const call = await user(sandbox, 'github');
    await call('POST', '/user/repos', { name: 'mine', auto_init: true });
    sandbox.advance(defaultPace.settleMs);
    const path = '/repos/sandbox-user/mine/contents/.github/workflows/ci.yml';
    expect((await call('PUT', path, { message: 'ci', content: 'YQ==' })).status).toBe(403);
  });
});

describe('the callback', () => {
  test('given GitHub, when the user allows, then iss names it, unless switched off', async () => {
    await start({});
    const { webUrl } = sandbox.providers.github;
    const back = await visitConsent(authorizeUrl(sandbox, 'github'));
    expect(back.searchParams.get('iss')).toBe(`${webUrl}/login/oauth`);
    await sandbox.close();
    await start({ githubIss: false });
    const without = await visitConsent(authorizeUrl(sandbox, 'github'));
    expect(without.searchParams.has('iss')).toBe(false);
  });
  test('given a registered list, when another address is asked for, then GitHub reports to the registered one', async () => {
    const registered = 'http://localhost:3000/registered';
    await start({ redirectUris: { github: [registered], gitee: [registered] } });
    const back = await visitConsent(authorizeUrl(sandbox, 'github'));
    expect(back.href.startsWith(registered)).toBe(true);
    expect(back.searchParams.get('error')).toBe('redirect_uri_mismatch');
    expect((await send('GET', authorizeUrl(sandbox, 'gitee'))).status).toBe(400);
  });
});

describe('limits', () => {
  test('given two requests an hour, when a third comes, then each host refuses in its own way', async () => {
    const limit = { limit: 2, windowMs: 3_600_000 };
    await start({ rateLimits: { github: limit, gitlab: limit, gitee: limit, atomgit: limit } });
    const expected = { github: 403, gitlab: 429, gitee: 429, atomgit: 403 };
    for (const id of ['github', 'gitlab', 'gitee', 'atomgit'] as const) {
      const call = await user(sandbox, id);
      const path = id === 'atomgit' ? '/user/info' : '/user';
      await call('GET', path);
      expect((await call('GET', path)).status).toBe(200);
      expect((await call('GET', path)).status).toBe(expected[id]);
    }
  });
});

describe('ports', () => {
  test('given a taken port, when a sandbox starts there, then it names the port', async () => {
    await start({});
    const port = Number(new URL(sandbox.providers.gitee.webUrl).port);
    const second = startSandbox({ ports: { ...anyPorts, gitee: port } });
    await expect(second).rejects.toThrow(PortTaken);
    await expect(second).rejects.toThrow(String(port));
  });
});
