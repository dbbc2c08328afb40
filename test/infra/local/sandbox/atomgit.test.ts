import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anyPorts } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { appJwt, listOf, type Reply, send, user } from './calls.ts';

const now = Date.UTC(2026, 0, 31);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ ports: anyPorts, now: () => now, installationTokenLength: 600 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const key = () => createPrivateKey(sandbox.providers.atomgit.appPrivateKey ?? '');
const asApp = (method: string, path: string, token: unknown): Promise<Reply> =>
  send(method, sandbox.providers.atomgit.apiUrl + path, { token });

describe('the app JWT', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

  test('given a good one, when installations are listed, then they come, garbled events and all', async () => {
    const { status, body } = await asApp('GET', '/app/installations', await appJwt(key(), { now }));
    expect(status).toBe(200);
    expect(listOf(body).map((each) => each.account?.path)).toEqual(['sandbox-user', 'sandbox-org']);
    expect(body[1]?.events).toEqual(['{"code":"push"', '"desc":"push event"}']);
  });
  test.each([
    ['another issuer', { iss: '76' }],
    ['an iat in the future', { iat: 30 }],
    ['an exp more than 600 s ahead', { exp: 601 }],
    ['an exp that passed', { exp: -1 }],
    ['another RSA algorithm', { alg: 'RS512' }],
  ])('given %s, when it is sent, then 401', async (_what, claims) => {
    const jwt = await appJwt(key(), { now, ...claims });
    expect((await asApp('GET', '/app/installations', jwt)).status).toBe(401);
  });
  test('given an HMAC keyed with the public half, when it is sent, then 401', async () => {
    const publicPem = createPublicKey(key()).export({ type: 'spki', format: 'pem' }).toString();
    const jwt = await appJwt(new TextEncoder().encode(publicPem), { now, alg: 'HS256' });
    expect((await asApp('GET', '/app/installations', jwt)).status).toBe(401);
  });
  test('given another key, when it is sent, then 401', async () => {
    expect((await asApp('GET', '/app/installations', await appJwt(other, { now }))).status).toBe(
      401,
    );
  });
  test('given exp exactly 600 s ahead, when it is sent, then it is good', async () => {
    expect(
      (await asApp('GET', '/app/installations', await appJwt(key(), { now, exp: 600 }))).status,
    ).toBe(200);
  });
});

describe('an installation token', () => {
  const mint = async () =>
    asApp('POST', '/app/installations/18/access_tokens', await appJwt(key(), { now }));

  test('given an installation, when a token is minted, then its expiry is written in +08:00', async () => {
    const { status, body } = await mint();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      expires_at: '2026-01-31T09:00:00.000+08:00',
      repository_selection: 'ALL',
    });
    expect(body.token).toMatch(/^ats_[0-9a-f]{596}$/);
  });
  test('given the token, when its organisation is listed, then private repositories come too', async () => {
    const { body } = await mint();
    const own = await asApp('GET', '/orgs/sandbox-org/repos', body.token);
    expect(own.body[0]).toMatchObject({ full_name: 'sandbox-org/handbook', private: true });
    expect((await asApp('GET', '/orgs/other-org/repos', body.token)).status).toBe(404);
  });
  test('given an hour later, when it is used, then 401', async () => {
    const { body } = await mint();
    sandbox.advance(3_600_000);
    expect((await asApp('GET', '/orgs/sandbox-org/repos', body.token)).status).toBe(401);
  });
});

describe('the installation page', () => {
  test('given an account, when a person installs, then the app lists it', async () => {
    const { webUrl, appSlug } = sandbox.providers.atomgit;
    const url = `${webUrl}/apps/${appSlug}/installations/new`;
    expect((await send('GET', url)).body).toContain('other-org');
    expect((await send('POST', url, { form: { account: 'other-org' } })).status).toBe(200);
    const { body } = await asApp('GET', '/app/installations', await appJwt(key(), { now }));
    expect(body).toHaveLength(3);
  });
});

describe('user calls', () => {
  test('given a user token, when their repositories are listed, then those they may see', async () => {
    const call = await user(sandbox, 'atomgit');
    const { body } = await call('GET', '/user/sandbox-user/repos?page=1&per_page=100');
    expect(listOf(body).map((each) => each.full_name)).toEqual(['sandbox-user/notes']);
  });
  test('given anything that creates, when it is called, then there is no such call', async () => {
    const call = await user(sandbox, 'atomgit');
    expect((await call('POST', '/user/repos', { name: 'x' })).status).toBe(404);
    expect((await call('POST', '/repos/templates/starter/forks', {})).status).toBe(404);
  });
});
