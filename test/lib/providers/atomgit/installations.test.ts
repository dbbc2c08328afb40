import { describe, expect, test } from 'vitest';
import { create } from '../../../../lib/providers/atomgit/index.ts';
import { capability, type ProviderSettings } from '../../../../lib/providers/provider.ts';
import type { Exchange } from '../../../harness/replay.ts';
import { contextOf, failureOf } from '../v5/setup.ts';

const jwt = 'header.payload.signature';
const installationToken = 'ats_6c91b91bc9ca751ec61140ab55ae8a71';
const version = { 'x-api-version': '2023-02-21' };
const page = { page: '1', per_page: '50' };
const permissions = {
  emails: 'write',
  checks: 'write',
  contents: 'write',
  keys: 'write',
  statuses: 'write',
};
const app = { appId: '75', appSlug: 'demo-app' };

const call = (
  method: 'GET' | 'POST',
  path: string,
  reply: Exchange['reply'],
  { token = jwt, query = {} }: { token?: string; query?: Record<string, string> } = {},
): Exchange => ({
  expect: { method, path, query, headers: { ...version, authorization: `Bearer ${token}` } },
  reply,
});

async function atomgit(script: readonly Exchange[], settings: Partial<ProviderSettings> = app) {
  const { host, context } = await contextOf(script, { kind: 'atomgit', ...settings }, '');
  return { host, provider: create(context) };
}

const installationsAt = async (...script: Exchange[]) =>
  capability((await atomgit(script)).provider, 'installations');

describe('listing', () => {
  const row = {
    id: 14,
    account: { id: 10912, org_name: 'acme', organization_id: '62c3ea55', path: 'acme' },
    app_id: 75,
    app_slug: 'demo-app',
    created_at: '2023-04-26T14:18:39+08:00',
    events: ['push'],
    permissions,
    repository_selection: 'ALL',
    target_id: '62c3ea55',
    updated_at: '2023-04-26T16:12:05+08:00',
  };
  const list = async (reply: Exchange['reply']) =>
    (await installationsAt(call('GET', '/app/installations', reply, { query: page }))).list(
      jwt,
      {},
    );

  test('given installations, when listed as the app, then they are read', async () => {
    expect((await list({ status: 200, json: [row] })).items).toEqual([
      {
        id: '14',
        account: { id: '10912', path: 'acme' },
        repositorySelection: 'all',
        permissions,
        events: ['push'],
        createdAt: Date.parse('2023-04-26T06:18:39Z'),
        suspended: false,
      },
    ]);
  });

  test.each([
    [['{"code":"push"', '"desc":"push event"}'], []],
    [['push', '"desc":"x"}', null, 3], ['push']],
    ['{"code":"push"}', []],
    [null, []],
  ])('given the events %o, when listed, then what is a name remains', async (events, kept) => {
    const { items } = await list({ status: 200, json: [{ ...row, events }] });

    expect(items).toMatchObject([{ id: '14', events: kept }]);
  });

  test('given a selection of repositories, when listed, then it is told', async () => {
    const { items } = await list({ status: 200, json: [{ ...row, repository_selection: 'PART' }] });

    expect(items).toMatchObject([{ repositorySelection: 'selected' }]);
  });

  test('given a full page, when listed, then another follows', async () => {
    const rows = Array.from({ length: 100 }, () => row);

    expect((await list({ status: 200, json: rows })).next).toBe('2');
  });

  test("given the app's own token refused, when listed, then the operator must act and no user", async () => {
    const error = await failureOf(list({ status: 401, json: { message: '401 Unauthorized' } }));

    expect(error).toMatchObject({ code: 'Misconfigured', details: { reason: 'app_rejected' } });
  });
});

describe('tokens', () => {
  const body = {
    expires_at: '2023-05-07T04:02:40.758+08:00',
    permissions,
    repository_selection: 'ALL',
    token: installationToken,
  };
  const path = '/app/installations/14/access_tokens';
  const mint = async (reply: Exchange['reply']) =>
    (await installationsAt(call('POST', path, reply))).token(jwt, '14', {});

  test.each([200, 201])(
    'given a token with status %d, when read, then its expiry is in UTC',
    async (status) => {
      expect(await mint({ status, json: body })).toEqual({
        token: installationToken,
        expiresAt: Date.UTC(2023, 4, 6, 20, 2, 40, 758),
        permissions,
        repositorySelection: 'all',
      });
    },
  );

  test('given a token of 600 characters, when read, then it is whole', async () => {
    const token = `ats_${'x'.repeat(596)}`;

    expect(await mint({ status: 201, json: { ...body, token } })).toMatchObject({ token });
  });

  test.each([
    { ...body, expires_at: '2023-05-07T04:02:40.758' },
    { ...body, expires_at: 'soon' },
    { ...body, token: undefined },
    'ok',
  ])('given %o, when read, then it is not understood', async (json) => {
    expect(await failureOf(mint({ status: 201, json }))).toMatchObject({
      code: 'ProviderProtocol',
    });
  });

  test('given an installation that is gone, when asked, then it is not found', async () => {
    const error = await failureOf(mint({ status: 404, json: { message: '404 Not Found' } }));

    expect(error).toMatchObject({ code: 'NotFound' });
  });

  test.each([{ permissions: { contents: 'read' } }, { repositories: ['site'] }])(
    'C62 given the narrower scope %o, when asked for, then no broader token is made instead',
    async (scope) => {
      const installations = await installationsAt();

      const error = await failureOf(installations.token(jwt, '14', scope));

      expect(installations.narrowing).toBe(false);
      expect(error).toMatchObject({ code: 'Unsupported', details: { reason: 'no_narrowing' } });
    },
  );

  test('C54 given dots for an installation id, when asked for, then no request is made', async () => {
    const error = await failureOf((await installationsAt()).token(jwt, '..', {}));

    expect(error).toMatchObject({ code: 'InvalidInput' });
  });

  test('C12 given the JWT and the token, when used, then neither is in a URL', async () => {
    const { host, provider } = await atomgit([
      call('POST', path, { status: 201, json: body }),
      call(
        'GET',
        '/orgs/acme/repos',
        { status: 200, json: [] },
        { token: installationToken, query: page },
      ),
    ]);
    const installations = capability(provider, 'installations');

    const { token } = await installations.token(jwt, '14', {});
    await installations.repositories(token, 'acme', {});

    const urls = host.requests.map(({ url }) => url).join();
    expect([urls.includes(jwt), urls.includes(installationToken)]).toEqual([false, false]);
  });
});

describe('repositories and links', () => {
  test("given an installation's token, when its repositories are listed, then they are read", async () => {
    const row = { id: 31, full_name: 'acme/site', private: false };
    const reply = { status: 200, json: [row] };
    const listing = call('GET', '/orgs/acme/repos', reply, {
      token: installationToken,
      query: page,
    });

    const { items } = await (await installationsAt(listing)).repositories(
      installationToken,
      'acme',
      {},
    );

    expect(items).toMatchObject([{ fullName: 'acme/site', visibility: 'public' }]);
  });

  test('given a token just made that the host does not know yet, when used, then it is rejected as such', async () => {
    const reply = { status: 401, json: { message: '401 Unauthorized' } };
    const listing = call('GET', '/orgs/acme/repos', reply, {
      token: installationToken,
      query: page,
    });
    const installations = await installationsAt(listing);

    const error = await failureOf(installations.repositories(installationToken, 'acme', {}));

    expect(error).toMatchObject({
      code: 'ReconnectRequired',
      details: { reason: 'access_token_rejected' },
    });
  });

  test('given a slug, when the install link is asked for, then it is the page of the app', async () => {
    const { host, provider } = await atomgit([]);

    expect(capability(provider, 'installations').installUrl()).toBe(
      `${host.origin}/apps/demo-app/installations/new`,
    );
  });

  test('given no slug, when the install link is asked for, then the deployment is misconfigured', async () => {
    const { provider } = await atomgit([], { appId: '75' });

    expect(() => capability(provider, 'installations').installUrl()).toThrow(
      expect.objectContaining({ code: 'Misconfigured' }),
    );
  });

  test('given no app, when installations are asked for, then they are unsupported', async () => {
    const { provider } = await atomgit([], {});

    expect(() => capability(provider, 'installations')).toThrow(
      expect.objectContaining({ code: 'Unsupported', details: { reason: 'no_installations' } }),
    );
  });
});
