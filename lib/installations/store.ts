import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import { type Lease, latestEnd } from '../lease/lease.ts';
import { clockSkew, longestCooldown } from '../lease/timing.ts';
import type { InstallationScope } from '../providers/provider.ts';
import { digest } from '../storage/keys.ts';
import type { Item, Key, Table } from '../storage/table.ts';

/** Version of the record form below; a record of another version is refused, never guessed at. */
const recordVersion = 1;

const mintedSchema = z.object({
  /** Sealed. */
  token: z.string(),
  expiresAt: z.number(),
  mintedAt: z.number(),
  permissions: z.record(z.string(), z.string()),
  repositorySelection: z.enum(['all', 'selected']),
});

const recordSchema = z.object({
  v: z.literal(recordVersion),
  pk: z.string(),
  sk: z.string(),
  /** How many tokens were minted here; 0 while the first is under way. */
  gen: z.int().check(z.nonnegative()),
  minted: z.exactOptional(mintedSchema),
  leaseId: z.exactOptional(z.string()),
  leaseUntil: z.exactOptional(z.number()),
  /** Set when the last mint failed: no other before this time. */
  nextTryAt: z.exactOptional(z.number()),
});

/** One scope of one installation, and the token last minted for it. Times are epoch milliseconds. */
type TokenRecord = Readonly<z.output<typeof recordSchema>>;
/** A token at rest, with what its user must know of it. */
export type Minted = Readonly<z.output<typeof mintedSchema>>;
/** What a decision was made on: the record, or its key and generation 0 where there is none. */
export type Seen = Omit<TokenRecord, 'v'>;

/**
 * Where the token of one scope stands. The order and repetition of names do not matter; anything
 * else that differs is another record, so that nobody is handed more than they asked for.
 */
export function tokenKey(
  provider: string,
  installationId: string,
  { permissions, repositories }: InstallationScope,
): Key {
  const scope = [
    permissions === undefined ? null : Object.entries(permissions).sort(byName),
    repositories === undefined ? null : [...new Set(repositories)].sort(),
  ];
  return {
    pk: `INSTALLATION#${provider}#${installationId}`,
    sk: `TOKEN#${digest(JSON.stringify(scope))}`,
  };
}

/** By code unit: the same on every machine, whatever its language. */
function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Installation tokens at rest. Each change is one conditional write on one item. */
export interface InstallationStore {
  /** Strongly consistent: exactly one read. */
  read(key: Key): Promise<TokenRecord | undefined>;

  /**
   * The right to mint, false when it is not to be had now.
   *
   *     (no record OR gen = :gen)
   *     AND (no lease OR leaseId = :mine OR leaseUntil < :now − skew
   *          OR leaseUntil > :now + functionLife + skew)
   *     AND (no nextTryAt OR nextTryAt <= :now OR nextTryAt > :now + longestCooldown + skew)
   *
   * A lease longer than any holder lives, or a rest longer than any, was written by a wrong clock; two
   * mints at once harm nobody.
   *
   * No record counts as any generation: expired ones are deleted by the table itself. `leaseId =
   * :mine` makes a repeated write harmless.
   */
  takeLease(seen: Seen, lease: Lease, now: number): Promise<boolean>;

  /**
   * The host's answer, as generation `seen.gen + 1`. Ends the lease.
   *
   *     gen = :gen
   *
   * No lease in this condition: a late answer is as good a token as any, and nothing newer can be
   * overwritten, since `gen` only grows. False when something newer stands there.
   */
  storeToken(seen: Seen, minted: Minted): Promise<boolean>;

  /**
   * Gives the lease back without a token.
   *
   *     leaseId = :mine
   */
  release(key: Key, leaseId: string, nextTryAt: number): Promise<void>;
}

/** The {@link InstallationStore} over the one table. */
export function installationStore(table: Table): InstallationStore {
  return {
    async read(key) {
      const item = await table.get(key);
      return item && parse(item);
    },

    async takeLease({ pk, sk, gen, minted }, lease, now) {
      const taken = await table.update(
        { pk, sk },
        {
          expression: `SET #v = :v, #gen = :gen, #leaseId = :mine, #leaseUntil = :until,
            #ttl = :ttl REMOVE #nextTryAt`,
          names: { '#v': 'v', '#ttl': 'ttl', ...leaseNames },
          values: {
            ':v': recordVersion,
            ':gen': gen,
            ':mine': lease.id,
            ':until': lease.until,
            ':ttl': seconds(Math.max(lease.until, minted?.expiresAt ?? 0)),
            ':dead': now - clockSkew,
            ':overlong': latestEnd(now),
            ':longest': now + longestCooldown + clockSkew,
            ':now': now,
          },
        },
        `(attribute_not_exists(#gen) OR #gen = :gen)
          AND (attribute_not_exists(#leaseUntil) OR #leaseId = :mine OR #leaseUntil < :dead
            OR #leaseUntil > :overlong)
          AND (attribute_not_exists(#nextTryAt) OR #nextTryAt <= :now
            OR #nextTryAt > :longest)`,
      );
      return taken !== undefined;
    },

    async storeToken({ pk, sk, gen }, minted) {
      const stored = await table.update(
        { pk, sk },
        {
          expression: `SET #gen = :next, #minted = :minted, #ttl = :ttl
            REMOVE #leaseId, #leaseUntil, #nextTryAt`,
          names: { '#minted': 'minted', '#ttl': 'ttl', ...leaseNames },
          values: {
            ':gen': gen,
            ':next': gen + 1,
            ':minted': minted,
            ':ttl': seconds(minted.expiresAt),
          },
        },
        '#gen = :gen',
      );
      return stored !== undefined;
    },

    async release({ pk, sk }, leaseId, nextTryAt) {
      await table.update(
        { pk, sk },
        {
          expression: 'SET #nextTryAt = :next REMOVE #leaseId, #leaseUntil',
          names: { '#leaseId': 'leaseId', '#leaseUntil': 'leaseUntil', '#nextTryAt': 'nextTryAt' },
          values: { ':next': nextTryAt, ':mine': leaseId },
        },
        '#leaseId = :mine',
      );
    },
  };
}

const leaseNames = {
  '#gen': 'gen',
  '#leaseId': 'leaseId',
  '#leaseUntil': 'leaseUntil',
  '#nextTryAt': 'nextTryAt',
};

/** The table deletes a record some time after its `ttl`, epoch seconds. */
function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1_000);
}

function parse(item: Item): TokenRecord {
  const record = recordSchema.safeParse(item);
  if (record.success) return record.data;
  const reason = item.v === recordVersion ? 'malformed_record' : 'unknown_record_version';
  throw new ForgebridgeError('Misconfigured', { reason });
}
