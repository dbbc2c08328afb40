import { randomUUID } from 'node:crypto';
import { ForgebridgeError } from '../errors.ts';
import { persist } from '../lease/persist.ts';
import { tokenRejected, whileSettling } from '../lease/settling.ts';
import type { CodeExchange } from '../oauth/tokens.ts';
import type { Account, Provider } from '../providers/provider.ts';
import { digest } from '../storage/keys.ts';
import { type Connection, connectionId } from './connection.ts';
import type { Vault } from './ports.ts';
import { type ConnectionRecord, describe } from './record.ts';
import { endTokens, keepForRevocation } from './revocation.ts';
import { firstRevocation } from './schedule.ts';
import { nobody } from './tampering.ts';
import { sealTokens } from './tokens.ts';

/** What connecting needs: it seals tokens, and opens none. */
export type ConnectVault = Pick<
  Vault,
  'store' | 'sealer' | 'now' | 'random' | 'sleep' | 'timeLimit' | 'count'
>;

/** What a user's consent brought back, and for whom. */
export interface Authorization extends CodeExchange {
  readonly partition: string;
  /** Id of the connection that it is to renew. Missing: whatever account it is. */
  readonly connection?: string | undefined;
  /** Milliseconds that are left of the invocation. */
  timeLeft(): number;
  /** Whether whoever consented is still signed in: asked once more when the connection stands. */
  isSignedIn(): Promise<boolean>;
}

/** What is kept of the invocation's time for revoking tokens that could not be stored, and for the reply. */
const revocationReserve = 4_000;

/**
 * Redeems the code of a consent and stores its tokens. The same account again updates its connection
 * in place, as the next generation, whatever state it was in; another account is another connection.
 *
 * From the moment the code is redeemed the tokens are in our hands alone: they are stored, or revoked,
 * or kept to be revoked by idle care. What was stored for somebody whose session has ended meanwhile is
 * taken back: whoever erases a subject ends the sessions first, and looks for connections after that.
 *
 * @throws ForgebridgeError `StateMismatch` (`session_ended`); `Forbidden` (`different_account`) when it is not the account of
 * `connection`; `ReconnectRequired` when the host does not take its own new token; whatever the
 * exchange, the sealing key or the table raises.
 */
export async function connect(
  vault: ConnectVault,
  host: Provider,
  authorization: Authorization,
): Promise<Connection> {
  const { partition, code, redirectUri, codeVerifier } = authorization;
  const seal = await vault.sealer.ready();
  const tokens = await host.exchange({ code, redirectUri, codeVerifier });
  const identify = () =>
    whileSettling(vault, authorization, () => host.identify(tokens.accessToken));
  const grant = randomUUID();
  const provider = host.settings.id;

  /** The record of this consent as generation `gen`. */
  async function recordOf(id: string, account: Account, gen: number): Promise<ConnectionRecord> {
    const now = vault.now();
    const of = { partition, id, grant, gen, provider, account, redirectUri };
    return {
      ...of,
      status: 'active',
      connectedAt: now,
      updatedAt: now,
      ...(await sealTokens(seal, of, tokens, { now, write: randomUUID() })),
    };
  }

  /** Neither stored nor of use. */
  async function endOwnTokens(): Promise<void> {
    if (await endTokens(vault, authorization, host, tokens)) return;
    await keepForRevocation(vault, authorization, await recordOf(digest(grant), nobody, 1));
  }

  /** Ended as by a disconnect; what its host does not hear now waits for idle care. */
  async function takeBack(stored: ConnectionRecord): Promise<void> {
    const end = () =>
      vault.store.tombstone(stored, vault.now(), firstRevocation(vault.now()), stored.grant);
    await persist(vault, authorization.timeLeft, end, { inHand: true });
    if (!(await endTokens(vault, authorization, host, tokens))) return;
    await persist(vault, authorization.timeLeft, () => vault.store.remove(stored));
  }

  let standing: ConnectionRecord;
  try {
    const account = await identify();
    const id = connectionId(partition, provider, account.id);
    if ((authorization.connection ?? id) !== id) {
      throw new ForgebridgeError('Forbidden', { reason: 'different_account' });
    }
    const time = () => authorization.timeLeft() - revocationReserve;
    const record = (gen: number) => recordOf(id, account, gen);
    const store = () => storeConsent(vault, { partition, id, grant }, record, identify);
    standing = await persist(vault, time, store, { inHand: true });
    if (standing.grant !== grant) await endOwnTokens();
  } catch (error) {
    await endOwnTokens();
    throw error;
  }
  if (standing.grant === grant && !(await isStillWanted(vault, authorization))) {
    await takeBack(standing);
    throw new ForgebridgeError('StateMismatch', { reason: 'session_ended' });
  }
  if (standing.status === 'active') return describe(standing);
  throw new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
}

/** A table that cannot say so says no: nothing may outlive an erasure. */
async function isStillWanted(
  vault: ConnectVault,
  { timeLeft, isSignedIn }: Authorization,
): Promise<boolean> {
  const time = () => timeLeft() - revocationReserve;
  return persist(vault, time, isSignedIn, { inHand: true }).catch(() => false);
}

/**
 * What stands there in the end: this consent, or another one when the host does not take our token any
 * more.
 *
 * Consents of one account can cross: a newer one may have been stored while this process stood still,
 * and at some hosts it has ended ours. No clock can tell. So wherever something stands, the host is
 * asked once more, after the read that the write depends on.
 */
async function storeConsent(
  vault: ConnectVault,
  { partition, id, grant }: { partition: string; id: string; grant: string },
  record: (gen: number) => Promise<ConnectionRecord>,
  identify: () => Promise<Account>,
): Promise<ConnectionRecord> {
  for (;;) {
    const before = await vault.store.read({ partition, id });
    // Our own write, which was repeated because its reply was lost.
    if (before?.grant === grant) return before;
    if (before !== undefined && !(await isTaken(identify))) return before;
    // Its tokens still have to be revoked: the new ones must not take their place before that is kept.
    if (before?.status === 'revoked') {
      await vault.store.keepRemnant(before, firstRevocation(vault.now()));
    }
    const mine = await record((before?.gen ?? 0) + 1);
    const next = { ...mine, connectedAt: before?.connectedAt ?? mine.connectedAt };
    if (await vault.store.put(next, before)) return next;
  }
}

async function isTaken(identify: () => Promise<Account>): Promise<boolean> {
  try {
    await identify();
    return true;
  } catch (error) {
    if (!tokenRejected(error)) throw error;
    return false;
  }
}
