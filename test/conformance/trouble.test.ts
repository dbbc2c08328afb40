import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../infra/local/sandbox/faults.ts';
import { type HostId, standIns } from '../../infra/local/sandbox/registry.ts';
import { creatingHosts, hosts } from './hosts.ts';
import { redirectUri, refusalOf, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.sandbox.reset());
afterAll(() => stage.sandbox.close());

/** What a host or what stands before it does, and what that is called. */
const troubles: readonly (readonly [string, Omit<FaultRule, 'provider'>, object])[] = [
  ['429', { action: 'rate-limit', retryAfter: 60 }, { code: 'RateLimited' }],
  ['500', { action: 'status', status: 500 }, { code: 'ProviderUnavailable' }],
  ['503', { action: 'status', status: 503 }, { code: 'ProviderUnavailable' }],
  ['a cut connection', { action: 'reset-before' }, { code: 'ProviderTimeout' }],
  ['an answer that is cut off', { action: 'truncate' }, { code: 'ProviderTimeout' }],
  [
    'an answer without end',
    { action: 'oversize' },
    { code: 'ProviderProtocol', reason: 'too_large' },
  ],
  ['a page with 200', { action: 'html', status: 200 }, { code: 'ProviderProtocol' }],
  [
    'an answer nobody knows',
    { action: 'status', status: 418, body: {} },
    { code: 'ProviderProtocol' },
  ],
];

describe.each(hosts)('trouble at %s', (id) => {
  test.each(troubles)(
    'given %s, when a token is used, then it is called what it is',
    async (_, rule, expected) => {
      const { client, access } = await stage.signIn(id);
      const path = standIns[id].apiPath + standIns[id].userPath;
      stage.sandbox.fault({ ...rule, provider: id, path, count: 9 });
      expect(await refusalOf(client.identify(access.token))).toMatchObject(expected);
    },
  );

  test.each(troubles)(
    'given %s, when a token is refreshed, then the connection stays',
    async (_, rule, expected) => {
      const { client, tokens } = await stage.signIn(id);
      stage.sandbox.fault({ ...rule, provider: id, path: standIns[id].oauth.tokenPath });
      const { refresh } = client;
      if (refresh === undefined) return;
      const { refreshToken = '' } = tokens;
      const { signal } = new AbortController();
      const { code } = await refusalOf(refresh({ refreshToken, redirectUri, signal }));
      expect({ code }).toMatchObject('code' in expected ? { code: expected.code } : {});
    },
  );
});

describe.each(creatingHosts)('trouble with creation at %s', (id) => {
  test.each(troubles)(
    'given %s, when a repository is looked for, then nobody says that there is none',
    async (_, rule, expected) => {
      const { client, access } = await stage.signIn(id);
      stage.sandbox.fault({ ...rule, provider: id, path: lookup(id), count: 9 });
      const work = client.creation?.findRepository(access, 'sandbox-user/notes');
      expect(await refusalOf(work ?? Promise.resolve())).toMatchObject(expected);
    },
  );

  test('given a creating call whose answer is lost, when it fails, then it may have been made, and it was sent once', async () => {
    const { client, access } = await stage.signIn(id);
    const { creation } = client;
    const [own] = (await creation?.namespaces(access, {}))?.items ?? [];
    if (creation?.create === undefined || own === undefined) throw new Error('nothing is created');
    stage.sandbox.fault({ provider: id, method: 'POST', path: '*s', action: 'reset-after' });
    const wish = { namespace: own, name: 'lost', description: '', visibility: 'public' } as const;
    expect(await refusalOf(creation.create(access, wish))).toMatchObject({
      code: 'ProviderTimeout',
    });
    const sent = stage.sandbox.requests.filter(
      ({ method, url, status }) =>
        method === 'POST' && status === 'reset' && !url.includes('oauth'),
    );
    expect(sent).toHaveLength(1);
    expect((await creation.findRepository(access, 'sandbox-user/lost'))?.name).toBe('lost');
  });
});

/** The path at which one repository is looked for. */
function lookup(id: HostId): string {
  return `${standIns[id].apiPath}/*notes`;
}
