import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newKeys } from '../../infra/cli/keys.ts';
import { isForgebridgeError } from '../../lib/errors.ts';
import { outbound } from '../../lib/http/outbound.ts';
import { grantedCode, readCallback } from '../../lib/oauth/callback.ts';
import { beginFlow, endFlow } from '../../lib/oauth/flow.ts';
import { randomVerifier } from '../../lib/oauth/pkce.ts';
import type { TokenSet } from '../../lib/oauth/tokens.ts';
import { capability, type Provider } from '../../lib/providers/provider.ts';
import { loadProvider } from '../../lib/providers/registry.ts';
import { opener, sealer } from '../../lib/sealing/sealing.ts';
import type { ConnectionRef } from '../../lib/vault/connection.ts';
import {
  accessToken,
  connect,
  connectionStore,
  disconnect,
  getConnection,
  type Vault,
  withAccess,
} from '../../lib/vault/vault.ts';
import { type Database, startDynalite } from '../harness/dynalite.ts';
import {
  clientId,
  clientSecret,
  providerId as id,
  type OAuthServer,
  redirectUri,
} from './oauth-server.ts';

const hour = 3_600_000;

interface Connected {
  readonly ref: ConnectionRef;
  readonly tokens: TokenSet;
}

function request(ref: ConnectionRef) {
  const end = Date.now() + 29_000;
  return { ref, caller: 'tests', purpose: 'test', timeLeft: () => end - Date.now() };
}

async function refusal(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => undefined,
    (raised: unknown) => raised,
  );
  return isForgebridgeError(error) ? { code: error.code, reason: error.details.reason } : error;
}

const deadToken = { code: 'ReconnectRequired', reason: 'access_token_rejected' };
const deadGrant = { code: 'ReconnectRequired', reason: 'invalid_grant' };

/** Describes a connection's life at a real OAuth server, through the GitLab kind. */
export function connectionLife(start: () => Promise<OAuthServer>): void {
  let server: OAuthServer;
  let database: Database;
  let provider: Provider;
  let vault: Vault;
  let secret = clientSecret;
  let passed = 0;
  const now = () => Date.now() + passed;

  beforeAll(async () => {
    server = await start();
    database = await startDynalite();
    const wait = async (milliseconds: number) => void (await sleep(milliseconds));
    provider = await loadProvider({
      settings: {
        id,
        kind: 'gitlab',
        name: 'OAuth server',
        webUrl: server.url,
        apiUrl: `${server.url}/api/v4`,
        clientId,
        scopes: ['api'],
        sendsIssuer: server.sendsIssuer,
      },
      fetch: outbound({
        origins: [server.url],
        timeout: 10_000,
        maxBytes: 1_000_000,
        now,
        random: Math.random,
        sleep: wait,
      }),
      clientSecrets: async () => [secret],
      now,
    });
    const keyring = await newKeys();
    vault = {
      store: connectionStore(database.table),
      sealer: sealer(async () => keyring.seal),
      opener: opener(async () => keyring.open.keys),
      providers: async () => provider,
      now,
      random: Math.random,
      sleep: wait,
      timeLimit: (milliseconds) => AbortSignal.timeout(milliseconds),
      audit: () => {},
      count: () => {},
    };
  });
  beforeEach(() => {
    secret = clientSecret;
  });
  afterAll(async () => {
    await server.stop();
    await database.stop();
  });

  /** From the click on "connect" to the code, as startConnect and getToken do it. */
  async function authorized(partition = `SUBJECT#${randomUUID()}`) {
    const flow = { partition, sessionId: 'session', provider: id, redirectUri, returnTo: '/' };
    const begun = await beginFlow(database.table, flow, now());
    const callback = await server.agree(provider.authorizeUrl({ ...begun, redirectUri }));
    const answer = readCallback(callback.searchParams);
    const proof = {
      partition,
      sessionId: 'session',
      provider: id,
      state: answer.state,
      now: now(),
    };
    const { verifier } = await endFlow(database.table, proof);
    return { partition, answer, code: grantedCode(answer), verifier };
  }

  async function connected(subject?: string): Promise<Connected> {
    const { partition, code, verifier } = await authorized(subject);
    let tokens: TokenSet | undefined;
    const host: Provider = {
      ...provider,
      exchange: async (exchange) => {
        tokens = await provider.exchange(exchange);
        return tokens;
      },
    };
    const authorization = { partition, code, redirectUri, codeVerifier: verifier };
    const connection = await connect(vault, host, {
      ...authorization,
      timeLeft: () => 29_000,
      isSignedIn: async () => true,
    });
    if (tokens === undefined) throw new Error('the code was redeemed');
    return { ref: { partition, id: connection.id }, tokens };
  }

  const use = (ref: ConnectionRef) =>
    withAccess(vault, request(ref), ({ token }) => provider.identify(token));

  test('given a person agrees, when the callback comes, then it names its issuer if the server does, and the connection works', async () => {
    const { answer } = await authorized();
    expect(answer.iss).toBe(server.sendsIssuer ? server.url : undefined);
    const { ref, tokens } = await connected();
    expect(tokens).toMatchObject({ scopes: ['api'], refreshToken: expect.any(String) });
    expect(await use(ref)).toEqual({ id: '42', login: 'ada', name: 'Ada' });
  });

  test('given a code, when it comes with the verifier of another flow or a second time, then it is refused', async () => {
    const first = await authorized();
    const swapped = { code: first.code, redirectUri, codeVerifier: randomVerifier() };
    const rejected = { code: 'StateMismatch', reason: 'code_rejected' };
    expect(await refusal(provider.exchange(swapped))).toEqual(rejected);

    const { code, verifier: codeVerifier } = await authorized();
    await provider.exchange({ code, redirectUri, codeVerifier });
    expect(await refusal(provider.exchange({ code, redirectUri, codeVerifier }))).toEqual(rejected);
  });

  test('C29 given the access token has ended, when 20 ask at once, then the server is asked once and all get the new token', async () => {
    const { ref } = await connected();
    passed += 2 * hour;
    const before = server.tokenRequests();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => accessToken(vault, request(ref))),
    );
    expect(server.tokenRequests() - before).toBe(1);
    expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(all[0]?.generation).toBe(2);
    expect(await use(ref)).toMatchObject({ login: 'ada' });
  });

  test('given ten generations one after the other, when each is used, then the server never sees a token twice', async () => {
    const { ref } = await connected();
    for (let generation = 2; generation <= 11; generation += 1) {
      passed += 2 * hour;
      expect((await accessToken(vault, request(ref))).generation).toBe(generation);
    }
    expect(await use(ref)).toMatchObject({ login: 'ada' });
  });

  test('given somebody uses a spent refresh token, when the server ends the whole consent, then the user is told to reconnect, and does; where it does not, the connection goes on', async () => {
    const { ref, tokens } = await connected();
    passed += 2 * hour;
    const { accessToken: second } = await accessToken(vault, request(ref));
    // No longer so new that a 401 could be a replica that lags behind.
    passed += 10_000;
    const refreshToken = tokens.refreshToken ?? '';
    const stolen = { refreshToken, redirectUri, signal: AbortSignal.timeout(5_000) };
    expect(await refusal(capability(provider, 'refresh')(stolen))).toEqual(deadGrant);
    if (!server.reuseEndsConsent) {
      expect(await use(ref)).toMatchObject({ login: 'ada' });
      return;
    }
    expect(await refusal(provider.identify(second))).toEqual(deadToken);

    expect(await refusal(use(ref))).toEqual(deadGrant);
    const before = server.tokenRequests();
    expect(await refusal(use(ref))).toEqual(deadGrant);
    expect(server.tokenRequests()).toBe(before);
    expect(await getConnection(vault, ref)).toMatchObject({ status: 'reconnect_required' });

    expect((await connected(ref.partition)).ref).toEqual(ref);
    expect(await use(ref)).toMatchObject({ login: 'ada' });
  });

  test('C25 given a connection, when it is ended, then the server takes neither of its tokens and nothing is left', async () => {
    const { ref } = await connected();
    passed += 2 * hour;
    const { accessToken: token } = await accessToken(vault, request(ref));
    await disconnect(vault, ref, request(ref));
    expect(await refusal(provider.identify(token))).toEqual(deadToken);
    expect(await refusal(use(ref))).toMatchObject({ code: 'NotFound' });
    expect(await vault.store.read(ref)).toBeUndefined();
  });

  test('C35 given our client secret is wrong, when a refresh is due, then the operator is told and the user keeps the connection', async () => {
    const { ref } = await connected();
    passed += 2 * hour;
    secret = 'another-secret-of-some-length';
    const misconfigured = { code: 'Misconfigured', reason: 'invalid_client' };
    expect(await refusal(use(ref))).toEqual(misconfigured);
    secret = clientSecret;
    passed += 60_000;
    expect(await use(ref)).toMatchObject({ login: 'ada' });
  });
}
