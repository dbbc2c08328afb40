import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Keyring } from '../../../infra/cli/keys.ts';
import { isForgebridgeError } from '../../../lib/errors.ts';
import { outbound } from '../../../lib/http/outbound.ts';
import { refreshTokenGrant } from '../../../lib/oauth/grant.ts';
import type { Provider } from '../../../lib/providers/provider.ts';
import { opener, sealer } from '../../../lib/sealing/sealing.ts';
import { dynamoTable } from '../../../lib/storage/table.ts';
import type { ConnectionRef } from '../../../lib/vault/connection.ts';
import { accessToken, connectionStore, type Vault } from '../../../lib/vault/vault.ts';

/** What a process must know to open a vault. */
export interface Site {
  readonly databaseUrl: string;
  readonly tableName: string;
  /** Token endpoints by provider id. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly keyring: Keyring;
}

/** The vault of one process, in real time, over the real wire. */
export function openVault({ databaseUrl, tableName, hosts, keyring }: Site): Vault {
  const client = new DynamoDBClient({
    endpoint: databaseUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    store: connectionStore(dynamoTable(DynamoDBDocumentClient.from(client), tableName)),
    sealer: sealer(async () => keyring.seal),
    opener: opener(async () => keyring.open.keys),
    providers: async (id) => provider(id, hosts[id] ?? ''),
    now: Date.now,
    random: Math.random,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
    timeLimit: (milliseconds) => AbortSignal.timeout(milliseconds),
    audit: () => {},
    count: () => {},
  };
}

function provider(id: string, url: string): Provider {
  const fetch = outbound({
    origins: [url],
    timeout: 25_000,
    maxBytes: 65_536,
    now: Date.now,
    random: Math.random,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
  });
  const endpoint = {
    url: `${url}/token`,
    clientId: 'client',
    clientSecrets: async () => ['right'],
    fetch,
    now: Date.now,
  };
  const unused = async () => {
    throw new Error('not part of these tests');
  };
  return {
    settings: {
      id,
      kind: 'gitlab',
      name: id,
      webUrl: url,
      apiUrl: url,
      clientId: 'client',
      scopes: [],
    },
    rotation: 'kills-access',
    authorizeUrl: () => url,
    exchange: unused,
    identify: unused,
    repositories: unused,
    refresh: (request) => refreshTokenGrant(endpoint, request),
  };
}

/**
 * A token, or the code of the error. As callers are told to: who should come again does so, each time
 * as an invocation of `life` milliseconds.
 */
export async function ask(vault: Vault, ref: ConnectionRef, life: number): Promise<string> {
  const end = Date.now() + life;
  const timeLeft = () => end - Date.now();
  try {
    const request = { ref, caller: 'tests', purpose: 'test', timeLeft };
    return (await accessToken(vault, request)).accessToken;
  } catch (error) {
    if (!isForgebridgeError(error)) throw error;
    if (!error.retryable) return error.code;
    await sleep((error.details.retryAfter ?? 1) * 1_000);
    return ask(vault, ref, life);
  }
}
