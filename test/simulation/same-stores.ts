import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { connectionPrefix } from '../../lib/vault/connection.ts';
import type { ConnectionRecord } from '../../lib/vault/record.ts';
import { careAt, dueShards } from '../../lib/vault/schedule.ts';
import type { ConnectionStore, HeldRecord } from '../../lib/vault/store.ts';
import { memoryStore, rows } from './memory-store.ts';

/** The store of the simulation and a real one, and what callers have in hand. */
interface Pair {
  readonly memory: ConnectionStore;
  readonly real: ConnectionStore;
  readonly partition: string;
  now: number;
  /** Every version that was read or written, so that decisions can be made on stale ones. */
  readonly seen: ConnectionRecord[];
  readonly held: HeldRecord[];
}

type Step = fc.AsyncCommand<object, Pair>;

/** One call, made to both; the answers must be equal. */
function step(name: string, run: (pair: Pair) => Promise<void>): Step {
  return { check: () => true, run: (_, pair) => run(pair), toString: () => name };
}

async function same<T>(pair: Pair, call: (store: ConnectionStore) => Promise<T>): Promise<T> {
  const real = await call(pair.real);
  expect(await call(pair.memory)).toEqual(real);
  return real;
}

/** The newest one more often than others. */
function pick<T>(from: readonly T[], back: number): T | undefined {
  return from.at(-1 - (back % Math.max(1, from.length)));
}

function record(pair: Pair, id: string, gen: number): ConnectionRecord {
  const random = randomUUID();
  return {
    partition: pair.partition,
    id,
    grant: random,
    gen,
    provider: 'host',
    account: { id, login: 'ada' },
    status: 'active',
    access: `access-${random}`,
    refresh: `refresh-${random}`,
    scopes: ['api'],
    redirectUri: 'https://bridge.example/callback/host',
    connectedAt: pair.now,
    issuedAt: pair.now,
    updatedAt: pair.now,
    expiresAt: pair.now + 7_200_000,
    write: random,
    vouch: random,
    vouchHash: random,
    ...careAt(id, pair.now + 1_000),
  };
}

const ids = fc.constantFrom('a', 'a', 'a', 'b', 'c');
const back = fc.constantFrom(0, 0, 0, 1, 2, 5);
const flag = fc.boolean();

const steps: readonly fc.Arbitrary<Step>[] = [
  ids.map((id) =>
    step(`read ${id}`, async (pair) => {
      const found = await same(pair, (store) => store.read({ partition: pair.partition, id }));
      if (found) pair.seen.push(found);
    }),
  ),
  fc.tuple(ids, back, flag).map(([id, at, anew]) =>
    step(`put ${id}, ${anew ? 'as new' : `over version ${at} back`}`, async (pair) => {
      const before = anew ? undefined : pick(pair.seen, at);
      const next = record(pair, before?.id ?? id, (before?.gen ?? 0) + 1);
      if (await same(pair, (store) => store.put(next, before))) pair.seen.push(next);
    }),
  ),
  fc.tuple(back, fc.integer({ min: 0, max: 29_000 }), flag).map(([at, life, again]) =>
    step(`take the lease of version ${at} back for ${life} ms`, async (pair) => {
      const fence = pick(pair.seen, at);
      if (fence === undefined) return;
      const id = (again ? pick(pair.held, 0)?.leaseId : undefined) ?? randomUUID();
      const lease = { id, until: pair.now + life };
      const held = await same(pair, (store) => store.takeLease(fence, lease, pair.now));
      if (held) pair.held.push(held);
    }),
  ),
  fc.tuple(back, flag).map(([at, whole]) =>
    step(`store ${whole ? 'all' : 'few'} tokens of holder ${at} back`, async (pair) => {
      const held = pick(pair.held, at);
      if (held === undefined) return;
      const random = randomUUID();
      const ends = { refresh: random, scopes: ['api'], expiresAt: pair.now + 1_000 };
      const tokens = {
        gen: held.gen + 1,
        access: random,
        issuedAt: pair.now,
        write: random,
        vouch: random,
        vouchHash: random,
        ...(whole ? { ...ends, refreshExpiresAt: 2_000, ...careAt(held.id, pair.now) } : {}),
      };
      const stored = await same(pair, (store) => store.storeTokens(held, tokens, pair.now));
      if (stored) pair.seen.push(stored);
    }),
  ),
  fc.tuple(back, flag, flag).map(([at, inDoubt, rests]) =>
    step(`release by holder ${at} back`, async (pair) => {
      const held = pick(pair.held, at);
      const rest = rests ? { nextTryAt: pair.now + 30_000 } : {};
      if (held) await same(pair, (store) => store.release(held, { inDoubt, ...rest }));
    }),
  ),
  back.map((at) =>
    step(`mark version ${at} back broken`, async (pair) => {
      const seen = pick(pair.seen, at);
      if (seen) await same(pair, (store) => store.markBroken(seen, 'invalid_grant', pair.now));
    }),
  ),
  back.map((at) =>
    step(`note another login of version ${at} back`, async (pair) => {
      const seen = pick(pair.seen, at);
      const account = { id: '1', login: randomUUID() };
      if (seen) await same(pair, (store) => store.noteAccount(seen, account, pair.now));
    }),
  ),
  ids.map((id) =>
    step(`tombstone ${id}`, async (pair) => {
      const ref = { partition: pair.partition, id };
      const stone = await same(pair, (store) => store.tombstone(ref, pair.now, pair.now + 60_000));
      if (stone) pair.seen.push(stone);
    }),
  ),
  back.map((at) =>
    step(`remove version ${at} back`, async (pair) => {
      const seen = pick(pair.seen, at);
      if (seen) await same(pair, (store) => store.remove(seen));
    }),
  ),
  back.map((at) =>
    step(`reseal version ${at} back`, async (pair) => {
      const seen = pick(pair.seen, at);
      const sealed = { access: randomUUID(), refresh: randomUUID(), vouch: 'v', vouchHash: 'h' };
      if (seen) await same(pair, (store) => store.reseal(seen, sealed));
    }),
  ),
  fc.tuple(ids, fc.integer({ min: 1, max: 3 })).map(([after, limit]) =>
    step(`page of ${limit} after ${after}`, async (pair) => {
      const from = after === 'a' ? undefined : connectionPrefix + after;
      // Whether a full last page promises another one is each store's own affair.
      await same(pair, async (store) => {
        const { entries } = await store.entries(pair.partition, connectionPrefix, limit, from);
        return entries;
      });
    }),
  ),
  flag.map((found) =>
    step('postpone what is due', async (pair) => {
      // Other runs share the real table's index, so only this run's connections are looked at.
      const due = await Promise.all(
        dueShards.map((shard) =>
          same(pair, async (store) => {
            const all = await store.due(shard, pair.now, 1_000);
            const own = all.filter(({ ref }) => ref.partition === pair.partition);
            // What is due at the same time comes in any order.
            return own.sort((a, b) => a.dueAt - b.dueAt || (a.ref.id < b.ref.id ? -1 : 1));
          }),
        ),
      );
      const first = due.flat()[0];
      if (first === undefined) return;
      const seen = found ? first : { ...first, dueAt: first.dueAt + 1 };
      await same(pair, (store) => store.postpone(seen, pair.now + 5_000));
    }),
  ),
  fc.integer({ min: 1, max: 40_000 }).map((time) =>
    step(`wait ${time} ms`, async (pair) => {
      pair.now += time;
    }),
  ),
];

/** Makes any calls to the store in memory and to `real`, and expects the same answers. */
export async function expectSameStores(real: ConnectionStore, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.commands([...steps], { maxCommands: 60, size: '+1' }), async (calls) => {
      const partition = `SUBJECT#${randomUUID()}`;
      const pair = {
        memory: memoryStore(rows()),
        real,
        partition,
        now: 1_000_000,
        seen: [],
        held: [],
      };
      const first = record(pair, 'a', 1);
      await same(pair, (store) => store.put(first));
      await fc.asyncModelRun(() => ({ model: {}, real: { ...pair, seen: [first] } }), calls);
    }),
    { numRuns: runs },
  );
}
