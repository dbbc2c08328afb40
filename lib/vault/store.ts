import type { Lease } from '../lease/lease.ts';
import type { Account } from '../providers/provider.ts';
import type { ConnectionRef } from './connection.ts';
import type { ConnectionRecord, Fence, Listed, Resealed, SealedTokens } from './record.ts';

/** A record whose lease is ours. */
export interface HeldRecord extends ConnectionRecord {
  readonly leaseId: string;
}

/** How a refresh that brought no tokens leaves the connection. */
export interface Release {
  /** No other refresh before this time. Missing: at once. */
  readonly nextTryAt?: number;
  /** The provider may have replaced the tokens; see {@link ConnectionStore.release}. */
  readonly inDoubt: boolean;
}

/** What refusals of its access token have left on a record; nothing of it once a use went well. */
export type Refusals = Partial<Pick<ConnectionRecord, 'refusals' | 'refusedAt' | 'nextTryAt'>>;

/** A connection that is due for care, and the `dueAt` it was found under. */
export interface Due {
  readonly ref: ConnectionRef;
  readonly dueAt: number;
}

/**
 * Connections at rest. Each change is one conditional write on one item, and each guarantee of the
 * vault is one of the conditions below; there are no transactions.
 *
 * Every method raises what the table raises when it could not be reached. The write may then have
 * happened or not, and the SDK repeats writes by itself: a condition can fail on the caller's own
 * first attempt. Whoever must know reads again and looks for its own random id.
 */
export interface ConnectionStore {
  /** Strongly consistent: exactly one read. */
  read(ref: ConnectionRef): Promise<ConnectionRecord | undefined>;

  /**
   * A first consent, or, with `replaced`, a later one for the same account. The whole item is put,
   * so no lease, reason or cooldown of the consent before it survives.
   *
   *     attribute_not_exists(pk)
   *     gen = :replaced.gen AND grant = :replaced.grant
   *
   * Reconnecting counts `gen` on and brings a new `grant`: either alone shuts out a refresh of the
   * old consent that is still in flight. `grant` is there for a connection that was deleted and made
   * again, where `gen` begins anew.
   */
  put(record: ConnectionRecord, replaced?: Fence): Promise<boolean>;

  /**
   * The right to refresh, or undefined when it is not to be had now.
   *
   *     gen = :gen AND grant = :grant AND status = active
   *     AND (no lease OR leaseId = :mine OR leaseUntil < :now − skew)
   *     AND (no nextTryAt OR nextTryAt <= :now OR nextTryAt > :now + longestCooldown + skew)
   *
   * `leaseId = :mine` makes a repeated write harmless. The skew is subtracted because the holder
   * wrote `leaseUntil` by its clock and it is read by ours. The last line is the cooldown, checked
   * here too because a decision can be older than the failure that set it; a rest longer than any was
   * set by a wrong clock.
   */
  takeLease(fence: Fence, lease: Lease, now: number): Promise<HeldRecord | undefined>;

  /**
   * Brings the end of a lease that no holder can live to down to `until`: its holder's clock was wrong,
   * and it may live all the same, so the lease is not taken from it.
   *
   *     leaseId = :seen AND leaseUntil = :seen
   */
  shortenLease(seen: ConnectionRecord, until: number): Promise<void>;

  /**
   * The provider's answer, as generation `fence.gen + 1`. Ends lease, cooldown and any broken state.
   *
   *     gen = :gen AND grant = :grant AND status <> revoked
   *
   * No lease in this condition: whoever holds the answer holds the only live tokens, however late.
   * Nothing older can overwrite: `gen` only grows. A tombstone stays one.
   */
  storeTokens(
    fence: Fence,
    tokens: SealedTokens,
    now: number,
  ): Promise<ConnectionRecord | undefined>;

  /**
   * Gives the lease back without tokens.
   *
   *     leaseId = :mine
   *
   * In doubt, the lease stays on the record, expired: anybody may take it, and until somebody does
   * the record says that a refresh began whose end is not known. A crash leaves the same trace.
   */
  release(held: HeldRecord, release: Release): Promise<void>;

  /**
   * Only a new consent helps. The sealed tokens stay, for a late answer or a revocation; what vouched for
   * their being active goes.
   *
   *     gen = :gen AND grant = :grant AND status = active
   *
   * A newer generation is never marked for what happened to an older one.
   */
  markBroken(fence: Fence, reason: string, now: number): Promise<boolean>;

  /**
   * Sets what refusals of the access token have left; what is not named is removed.
   *
   *     gen = :gen AND grant = :grant AND status = active
   */
  noteRefusals(fence: Fence, refusals: Refusals): Promise<void>;

  /**
   * What the account is called now; its id is the same.
   *
   *     grant = :grant AND status <> revoked
   *
   * Whatever the generation: a refresh beside it changes tokens alone.
   */
  noteAccount(fence: Fence, account: Account, now: number): Promise<void>;

  /**
   * Disconnected, from this moment on: no lease can be taken, no answer stored. What vouched for its being
   * active goes.
   *
   *     attribute_exists(pk) AND status <> revoked
   *
   * Whatever the generation: the user may always leave. With `grant`, that consent alone is ended:
   *
   *     grant = :grant
   */
  tombstone(
    ref: ConnectionRef,
    now: number,
    dueAt: number,
    grant?: string,
  ): Promise<ConnectionRecord | undefined>;

  /**
   * A remnant of `record`: its tokens, revoked, beside the connection, due for revocation. Doing it
   * again changes nothing.
   *
   *     attribute_not_exists(pk)
   */
  keepRemnant(record: ConnectionRecord, dueAt: number): Promise<void>;

  /**
   * Deletes a tombstone, and nothing that was connected since.
   *
   *     grant = :grant AND status = revoked
   */
  remove(fence: Fence): Promise<void>;

  /**
   * The same tokens under another sealing key.
   *
   *     gen = :gen AND grant = :grant AND access = :the old ciphertext AND status = :the old one
   *
   * The status too: one that was ended meanwhile must not be vouched for again.
   */
  reseal(record: ConnectionRecord, sealed: Resealed): Promise<boolean>;

  /**
   * A subject's connections or remnants, whose sort key begins with `prefix`, in the order of their keys,
   * strongly consistent; also what cannot be read. `next` and `after` are a sort key.
   */
  entries(
    partition: string,
    prefix: string,
    limit: number,
    after?: string,
  ): Promise<{
    readonly entries: readonly {
      readonly ref: ConnectionRef;
      readonly record?: ConnectionRecord;
    }[];
    readonly next?: string;
  }>;

  /** Deletes what cannot be read, whatever it is. Without a condition. */
  discard(ref: ConnectionRef): Promise<void>;

  /** Connections of one subject, for showing: what another version wrote is there as far as it can be read. */
  shown(
    partition: string,
    options: { readonly after?: string; readonly limit: number },
  ): Promise<{ readonly listed: readonly Listed[]; readonly next?: string }>;

  /** What is due by `now` in one part of the index, longest due first; lags behind the records. */
  due(shard: string, now: number, limit: number): Promise<readonly Due[]>;

  /**
   * Another time for care.
   *
   *     dueAt = :the one it was found under
   */
  postpone(due: Due, dueAt: number): Promise<void>;
}
