import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostId, standIns } from '../../infra/local/sandbox/registry.ts';
import { isForgebridgeError } from '../../lib/errors.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import { hosts, installingHosts } from './hosts.ts';
import { redirectUri, type Stage, startStage } from './stage.ts';

/** Each status at the calls that are made without a person's token, and at every flavour. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.sandbox.close());

const statuses = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 423, 429, 451, 500, 502, 503];

/** What a status means to a call of the API, where nothing else is said. */
const usual: Readonly<Record<number, string>> = {
  400: 'InvalidInput',
  401: 'ReconnectRequired',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'ProviderUnavailable',
  413: 'InvalidInput',
  422: 'InvalidInput',
  429: 'RateLimited',
  500: 'ProviderUnavailable',
  502: 'ProviderUnavailable',
  503: 'ProviderUnavailable',
};

/** Of a token or a code nobody says that it is dead, unless in the words that are meant for that. */
const atTheTokenEndpoint: Readonly<Record<number, string>> = {
  429: 'RateLimited',
  500: 'ProviderUnavailable',
  // Something before the host, which may have acted.
  502: 'ProviderTimeout',
  503: 'ProviderUnavailable',
};

/** Where it means something else; a kind by itself, or all of them. */
const meanings: Readonly<Record<string, string>> = {
  // The client id is not known there.
  'github exchange 404': 'Misconfigured',
  'github refresh 404': 'Misconfigured',
  'gitee exchange 401': 'Misconfigured',
  'gitee refresh 401': 'Misconfigured',
  'atomgit exchange 401': 'Misconfigured',
  'atomgit refresh 401': 'Misconfigured',
  'atomgit-v5 exchange 401': 'Misconfigured',
  'atomgit-v5 refresh 401': 'Misconfigured',
  // The app proves itself, and no person can mend that.
  'revoke 401': 'Misconfigured',
  'isAlive 401': 'Misconfigured',
  'installations 401': 'Misconfigured',
  'installation token 401': 'Misconfigured',
  // Dead already; GitHub says so with both.
  'github revoke 404': 'done',
  'github revoke 410': 'done',
  'github revoke 422': 'done',
  'github isAlive 404': 'done',
  'github isAlive 410': 'done',
  // There is no such endpoint; the token of another client; anything else is not understood.
  'gitlab revoke 404': 'Unsupported',
  'gitlab revoke 405': 'Unsupported',
  'gitlab revoke 403': 'Misconfigured',
  'gitlab revoke 400': 'ProviderProtocol',
  'gitlab revoke 409': 'ProviderProtocol',
  'gitlab revoke 413': 'ProviderProtocol',
  'gitlab revoke 422': 'ProviderProtocol',
  // Gone for good, taken down, archived, over the quota.
  'github 410': 'NotFound',
  'github 451': 'Forbidden',
  'gitea 413': 'Forbidden',
  'gitea 423': 'Forbidden',
};

const { signal } = new AbortController();
type SignedIn = Awaited<ReturnType<Stage['signIn']>> & { readonly jwt: string };

const calls: Readonly<
  Record<string, (host: SignedIn & { readonly id: HostId }) => Promise<unknown> | undefined>
> = {
  exchange: ({ client }) =>
    client.exchange({ code: 'code', redirectUri, codeVerifier: 'v'.repeat(43) }),
  refresh: ({ client, tokens: { refreshToken = '' } }) =>
    client.refresh?.({ refreshToken, redirectUri, signal }),
  revoke: ({ client, tokens }) => client.revoke?.(tokens),
  isAlive: ({ client, tokens }) => client.isAlive?.(tokens.accessToken),
  identify: ({ client, access }) => client.identify(access.token),
  repositories: ({ client, access }) => client.repositories(access, {}),
  installations: ({ client, jwt }) => client.installations?.list(jwt, {}),
  'installation token': ({ client, jwt }) => client.installations?.token(jwt, '14', {}),
  'repositories of an installation': ({ client }) =>
    client.installations?.repositories('token', 'sandbox-org', {}),
};

function offered(client: Provider, call: string): boolean {
  if (call.includes('installation')) return client.installations !== undefined;
  return !['refresh', 'revoke', 'isAlive'].includes(call) || call in client;
}

function expected(id: HostId, call: string, status: number): string {
  const endpoint = call === 'exchange' || call === 'refresh';
  const table = endpoint ? atTheTokenEndpoint : usual;
  return (
    meanings[`${id} ${call} ${status}`] ??
    meanings[`${call} ${status}`] ??
    (endpoint || (id === 'gitlab' && call === 'revoke')
      ? undefined
      : meanings[`${id} ${status}`]) ??
    table[status] ??
    'ProviderProtocol'
  );
}

describe.each(hosts)('each status of %s', (id) => {
  let host: SignedIn & { readonly id: HostId };
  beforeAll(async () => {
    const jwt = installingHosts.includes(id) ? await stage.jwt(id) : '';
    host = { id, jwt, ...(await stage.signIn(id)) };
  });

  test.each(Object.keys(calls))(
    'given any of them, when it answers %s, then it is called what it is',
    async (call) => {
      if (!offered(host.client, call)) return;
      const outcomes: Record<number, string> = {};
      for (const status of statuses) {
        const body = { message: 'refused', status: String(status) };
        stage.sandbox.fault({ provider: id, action: 'status', status, body, count: 99 });
        outcomes[status] = await (calls[call]?.(host) ?? Promise.resolve()).then(
          () => 'done',
          (error: unknown) => (isForgebridgeError(error) ? error.code : 'a raw error'),
        );
        stage.sandbox.clearFaults();
      }
      const wanted = statuses.map((status) => [status, expected(id, call, status)]);
      expect(outcomes).toEqual(Object.fromEntries(wanted));
    },
  );

  test('given what the host publishes, when its statuses are looked through, then each is among those that are tried', () => {
    const documented = Object.entries(standIns[id].documented().operations).flatMap(
      ([name, { answers }]) =>
        Object.keys(answers).map((status) => [name, Number(status)] as const),
    );
    // Successes, and redirects, which `what moved` is about.
    const others = documented.filter(([, status]) => status >= 400 && !statuses.includes(status));
    expect(others).toEqual([]);
  });

  test('given more than a proxy before the host takes, when it says so in a page, then it is too large', async () => {
    const { creation } = host.client;
    stage.sandbox.fault({ provider: id, action: 'html', status: 413, count: 9 });
    const handle = { id: '1', fullName: 'sandbox-user/notes' };
    const work = creation?.configure(host.access, handle, { description: 'x' });
    const code = await work?.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    stage.sandbox.clearFaults();
    expect(['InvalidInput', undefined]).toContain(code);
  });
});
