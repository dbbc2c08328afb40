import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { ForgebridgeError } from '../../../lib/errors.ts';
import type { Provider } from '../../../lib/providers/provider.ts';
import { subjectDigest } from '../../../lib/storage/keys.ts';
import type { Item } from '../../../lib/storage/table.ts';
import type { Vault } from '../../../lib/vault/vault.ts';
import type { Database } from '../../harness/dynalite.ts';

export const hour = 3_600_000;

/** All that says whose it was, but for the erasure itself. */
export async function leftOf(database: Database, partition: string): Promise<readonly Item[]> {
  const digest = subjectDigest(partition);
  const { Items = [] } = await database.client.send(
    new ScanCommand({ TableName: database.tableName, ConsistentRead: true }),
  );
  return Items.filter(
    (item) => JSON.stringify(item).includes(digest) && item.pk !== `ERASURE#${digest}`,
  );
}

/** Tokens of a host in memory: refreshing ends the ones before, revoking ends both. */
export function tokensOf(
  client: Provider,
  live: Set<string>,
  now: () => number,
  accounts: readonly string[],
): Provider {
  const [one, other] = accounts;
  const owners = new Map<string, string | undefined>();
  let count = 0;
  async function issue(owner: string | undefined) {
    count += 1;
    const tokens = { accessToken: `access-${count}`, refreshToken: `refresh-${count}` };
    for (const token of Object.values(tokens)) {
      live.add(token);
      owners.set(token, owner);
    }
    return { ...tokens, expiresAt: now() + 2 * hour };
  }
  return {
    ...client,
    rotation: 'kills-access',
    async exchange({ code }) {
      if (one === other) live.clear();
      return issue(code === 'first' ? one : other);
    },
    async refresh({ refreshToken }) {
      if (!live.delete(refreshToken)) throw new ForgebridgeError('ReconnectRequired');
      live.delete(refreshToken.replace('refresh', 'access'));
      return issue(owners.get(refreshToken));
    },
    async identify(token) {
      if (live.has(token)) return { id: owners.get(token) ?? '', login: 'example' };
      throw new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
    },
    async revoke({ accessToken: access, refreshToken }) {
      live.delete(access);
      live.delete(refreshToken ?? '');
    },
  };
}

/** Seals in memory, so that the only ones who wait are at the table or the host. */
export function vaultOver(store: Vault['store'], provider: Provider, now: () => number): Vault {
  return {
    store,
    sealer: { ready: async () => async (token, place) => `2.${JSON.stringify({ token, place })}` },
    opener: {
      async open(sealed, place) {
        const { token, place: sealedFor } = JSON.parse(sealed.slice(2));
        if (JSON.stringify(sealedFor) !== JSON.stringify(place)) {
          throw new ForgebridgeError('Misconfigured', { reason: 'sealed_token_refused' });
        }
        return token;
      },
    },
    providers: async () => provider,
    now,
    random: () => 0.5,
    sleep: async () => {},
    timeLimit: () => new AbortController().signal,
    audit: () => {},
    count: () => {},
  };
}
