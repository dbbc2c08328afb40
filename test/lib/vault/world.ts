import { randomUUID } from 'node:crypto';
import { type Keyring, newKeys } from '../../../infra/cli/keys.ts';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { outbound } from '../../../lib/http/outbound.ts';
import { authorizationCodeGrant, refreshTokenGrant } from '../../../lib/oauth/grant.ts';
import type { TokenSet } from '../../../lib/oauth/tokens.ts';
import { defined } from '../../../lib/primitives/defined.ts';
import type { Provider } from '../../../lib/providers/provider.ts';
import { opener, sealer } from '../../../lib/sealing/sealing.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { Table } from '../../../lib/storage/table.ts';
import type { Connection, ConnectionRef } from '../../../lib/vault/connection.ts';
import { type ConnectionRecord, parseRecord } from '../../../lib/vault/record.ts';
import { connectionStore } from '../../../lib/vault/table-store.ts';
import type { AuditLine, TokenRequest, Vault } from '../../../lib/vault/vault.ts';
import { connectWith } from '../../harness/connect-with.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';
import { type VirtualTime, virtualTime } from '../../harness/virtual-time.ts';
import {
  type AuthorizationServer,
  type Reuse,
  startAuthorizationServer,
} from './authorization-server.ts';
import { busyOpener, busySealer, busyTable, realTime } from './busy.ts';

export const providerId = 'host';
export const hour = 3_600_000;
export const day = 24 * hour;

const account = { id: '1', login: 'ada' };
const redirectUri = 'https://bridge.example/callback/host';

/** The life of the Lambda functions that refresh, in milliseconds. */
const invocation = 29_000;

/** A vault over a real DynamoDB wire and a real token endpoint, in time of its own. */
export interface World {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly server: AuthorizationServer;
  /** The client of that server. */
  readonly host: Provider;
  /** Client secret that the vault sends; `right` is the one that the server takes. */
  clientSecret: string;
  readonly audit: AuditLine[];
  readonly outcomes: string[];
  now(): number;
  /** Lets time pass at once. */
  advance(milliseconds: number): void;
  /** Another container: its own caches and its own connection to the table. */
  vault(parts?: Partial<Vault> & { readonly table?: Table }): Vault;
  /** A connection whose access token lives 2 h and ends in `endsIn` milliseconds: 119 min when missing. */
  connected(tokens?: Partial<TokenSet> & { readonly endsIn?: number }): Promise<Consented>;
  /** Consents for that subject, now, with exactly these tokens. */
  consent(partition: string, tokens: TokenSet): Promise<Connection>;
  request(ref: ConnectionRef, more?: Partial<TokenRequest>): TokenRequest;
  record(ref: ConnectionRef): Promise<ConnectionRecord | undefined>;
  stop(): Promise<void>;
}

interface Consented {
  readonly ref: ConnectionRef;
  readonly connection: Connection;
  readonly tokens: { readonly accessToken: string; readonly refreshToken: string };
}

export async function startWorld(
  options: {
    readonly reuse?: Reuse;
    readonly rotation?: Provider['rotation'];
    /** Time passes by itself; otherwise as in {@link virtualTime}. */
    readonly realTime?: boolean;
    readonly revokes?: boolean;
    readonly expiresIn?: number;
    readonly endsOlder?: boolean;
  } = {},
): Promise<World> {
  const { reuse = 'strict', rotation = 'kills-access', revokes = true } = options;
  const time = options.realTime ? realTime() : virtualTime();
  const database = await startDynalite();
  const server = await startAuthorizationServer({
    reuse,
    sleep: time.within,
    now: time.now,
    killsAccess: rotation === 'kills-access',
    ...defined({ expiresIn: options.expiresIn, endsOlder: options.endsOlder }),
  });
  const keyring = await newKeys();

  const world: Omit<World, 'host'> = {
    database,
    keyring,
    server,
    clientSecret: 'right',
    audit: [],
    outcomes: [],
    now: time.now,
    advance: time.advance,
    vault: ({ table = database.connect(), ...parts } = {}) => ({
      store: connectionStore(busyTable(time, table)),
      sealer: busySealer(
        time,
        sealer(async () => keyring.seal),
      ),
      opener: busyOpener(
        time,
        opener(async () => keyring.open.keys),
      ),
      providers: async (id) => {
        if (id !== providerId) throw new ForgebridgeError('NotFound');
        return provider;
      },
      now: world.now,
      random: Math.random,
      sleep: (milliseconds) => time.sleep(milliseconds),
      timeLimit: time.timeLimit,
      audit: (line) => void world.audit.push(line),
      count: (outcome) => void world.outcomes.push(outcome),
      ...parts,
    }),
    async connected({ endsIn = 2 * hour - 60_000, ...more } = {}) {
      const partition = subjectPartition(randomUUID());
      const tokens = { ...server.consent(), expiresAt: world.now() + endsIn, ...more };
      const issued = world.now() + endsIn - 2 * hour;
      const connection = await connectWith(world.vault({ now: () => issued }), {
        partition,
        provider: providerId,
        account,
        tokens,
        redirectUri,
      });
      return { ref: { partition, id: connection.id }, connection, tokens };
    },
    consent: (partition, tokens) =>
      connectWith(world.vault(), { partition, provider: providerId, account, tokens, redirectUri }),
    request(ref, more = {}) {
      const end = world.now() + invocation;
      return { ref, caller: 'tests', purpose: 'test', timeLeft: () => end - world.now(), ...more };
    },
    async record(ref) {
      const item = await database.table.get({ pk: ref.partition, sk: `CONNECTION#${ref.id}` });
      return item && parseRecord(item);
    },
    async stop() {
      await server.stop();
      await database.stop();
    },
  };
  const provider = providerAt(server, rotation, world, time, revokes);
  return Object.assign(world, { host: provider });
}

/** A provider client whose calls go over HTTP, through the bundle's own way out. */
function providerAt(
  server: AuthorizationServer,
  rotation: Provider['rotation'],
  world: Pick<World, 'now' | 'clientSecret'>,
  time: VirtualTime,
  revokes: boolean,
): Provider {
  const send = outbound({
    origins: [server.url],
    timeout: 25_000,
    maxBytes: 65_536,
    now: world.now,
    random: Math.random,
    sleep: (milliseconds) => time.within(milliseconds),
  });
  const fetch: typeof send = (input, init) => time.busy(() => send(input, init));
  const endpoint = {
    url: `${server.url}/token`,
    clientId: 'client',
    clientSecrets: async () => [world.clientSecret],
    fetch,
    now: world.now,
  };
  const unused = async () => {
    throw new Error('not part of these tests');
  };
  return {
    settings: {
      id: providerId,
      kind: 'gitlab',
      name: 'Host',
      webUrl: server.url,
      apiUrl: server.url,
      clientId: 'client',
      scopes: [],
    },
    rotation,
    authorizeUrl: () => server.url,
    exchange: (request) => authorizationCodeGrant(endpoint, request),
    repositories: unused,
    refresh: (request) => refreshTokenGrant(endpoint, request),
    ...(revokes
      ? {
          async revoke({ accessToken, refreshToken = '' }, signal) {
            const response = await fetch(`${server.url}/revoke`, {
              method: 'POST',
              body: new URLSearchParams({ access: accessToken, refresh: refreshToken }),
              ...(signal === undefined ? {} : { signal }),
            });
            if (!response.ok) throw new ForgebridgeError('ProviderUnavailable');
          },
        }
      : {}),
    async identify(token) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${server.url}/user`, { headers });
      if (response.status === 401) {
        throw new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
      }
      if (!response.ok) throw new ForgebridgeError('ProviderUnavailable');
      return { id: '1', login: 'ada' };
    },
  };
}

/** The code of the error that `promise` ends with, or undefined when it succeeds. */
export async function failure(promise: Promise<unknown>): Promise<ForgebridgeError | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof ForgebridgeError) return error;
    throw error;
  }
}
