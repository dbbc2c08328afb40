import { randomUUID } from 'node:crypto';
import type { TokenSet } from '../oauth/tokens.ts';
import type { Account } from '../providers/provider.ts';
import { type Connection, connectionId } from './connection.ts';
import type { Vault } from './ports.ts';
import { type ConnectionRecord, describe } from './record.ts';
import { sealTokens } from './tokens.ts';

/** One consent: who gave it, where, and what the provider handed out. */
export interface Consent {
  readonly partition: string;
  /** Provider id. */
  readonly provider: string;
  readonly account: Account;
  readonly tokens: TokenSet;
  /** Of this authorization. */
  readonly redirectUri: string;
}

/**
 * Stores a consent. The same account again updates its connection in place, as the next generation,
 * whatever state it was in; another account is another connection.
 */
export async function connect(
  vault: Pick<Vault, 'store' | 'sealer' | 'now'>,
  consent: Consent,
): Promise<Connection> {
  const { partition, provider, account, tokens, redirectUri } = consent;
  const id = connectionId(partition, provider, account.id);
  const grant = randomUUID();
  const seal = await vault.sealer.ready();
  for (;;) {
    const before = await vault.store.read({ partition, id });
    // Our own write, which was repeated because its reply was lost.
    if (before?.grant === grant) return describe(before);
    const now = vault.now();
    const fence = { partition, id, grant, gen: (before?.gen ?? 0) + 1 };
    const record: ConnectionRecord = {
      ...fence,
      provider,
      account,
      status: 'active',
      redirectUri,
      connectedAt: before?.connectedAt ?? now,
      updatedAt: now,
      ...(await sealTokens(seal, fence, tokens, { now, write: randomUUID() })),
    };
    if (await vault.store.put(record, before)) return describe(record);
  }
}
