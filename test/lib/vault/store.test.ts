import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectionRecord, Fence } from '../../../lib/vault/record.ts';
import type { ConnectionStore, HeldRecord } from '../../../lib/vault/store.ts';
import { connectionStore } from '../../../lib/vault/table-store.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';

let database: Database;
let store: ConnectionStore;
let made = 0;

beforeAll(async () => {
  database = await startDynalite();
  store = connectionStore(database.table);
});
afterAll(() => database.stop());

function consent(parts: Partial<ConnectionRecord> = {}): ConnectionRecord {
  made += 1;
  return {
    partition: 'SUBJECT#store',
    id: `connection-${made}`,
    grant: `consent-${made}`,
    gen: 1,
    provider: 'host',
    account: { id: '1', login: 'ada' },
    status: 'active',
    access: `access-${made}`,
    refresh: `refresh-${made}`,
    redirectUri: 'https://bridge.example/callback/host',
    connectedAt: 0,
    issuedAt: 0,
    updatedAt: 0,
    write: `write-${made}`,
    ...parts,
  };
}

/** What a connection must be, kept beside the table: the specification of the conditions. */
interface Model {
  record: { gen: number; grant: string; status: string; access: string } | undefined;
  lease: { id: string; until: number } | undefined;
  nextTryAt: number;
  now: number;
}

interface Real {
  readonly id: string;
  /** Every version that anybody has ever read, so that decisions can be made on stale ones. */
  readonly seen: ConnectionRecord[];
  readonly held: HeldRecord[];
}

type Step = fc.AsyncCommand<Model, Real>;

function step(name: string, run: (model: Model, real: Real) => Promise<void>): Step {
  return { check: () => true, run, toString: () => name };
}

function stands(model: Model, fence: Fence): boolean {
  return model.record?.gen === fence.gen && model.record.grant === fence.grant;
}

/** One of the versions seen, the newest more often than others. */
function pick<T>(from: readonly T[], at: number): T | undefined {
  return from.at(-1 - (at % Math.max(1, from.length)));
}

const age = fc.constantFrom(0, 0, 0, 1, 2, 5);

const look = fc.constant(
  step('read', async (model, real) => {
    const found = await store.read({ partition: 'SUBJECT#store', id: real.id });
    expect(found?.gen).toBe(model.record?.gen);
    expect(found?.access).toBe(model.record?.access);
    expect(found?.status).toBe(model.record?.status);
    expect(found?.leaseId).toBe(model.lease?.id);
    if (found) real.seen.push(found);
  }),
);

const connects = age.map((at) =>
  step(`connect over version ${at} back`, async (model, real) => {
    const before = model.record === undefined ? undefined : pick(real.seen, at);
    const fresh = consent({ id: real.id, gen: (before?.gen ?? 0) + 1 });
    const allowed = before === undefined ? model.record === undefined : stands(model, before);
    expect(await store.put(fresh, before)).toBe(allowed);
    if (!allowed) return;
    const { gen, grant, access } = fresh;
    Object.assign(model, {
      record: { gen, grant, access, status: 'active' },
      lease: undefined,
      nextTryAt: 0,
    });
  }),
);

const leases = fc.tuple(age, fc.integer({ min: 1_000, max: 29_000 })).map(([at, life]) =>
  step(`lease for ${life} ms on version ${at} back`, async (model, real) => {
    const seen = pick(real.seen, at);
    if (seen === undefined) return;
    made += 1;
    const lease = { id: `lease-${made}`, until: model.now + life };
    const allowed =
      stands(model, seen) &&
      model.record?.status === 'active' &&
      (model.lease === undefined || model.lease.until < model.now - 2_000) &&
      model.nextTryAt <= model.now;
    const held = await store.takeLease(seen, lease, model.now);
    expect(held !== undefined).toBe(allowed);
    if (held === undefined) return;
    model.lease = lease;
    real.held.push(held);
    // The SDK may send the same write again.
    expect(await store.takeLease(seen, lease, model.now)).toBeDefined();
  }),
);

const stores = age.map((at) =>
  step(`store what holder ${at} back received`, async (model, real) => {
    const held = pick(real.held, at);
    if (held === undefined) return;
    made += 1;
    const tokens = {
      gen: held.gen + 1,
      access: `access-${made}`,
      refresh: 'r',
      issuedAt: 0,
      write: `w-${made}`,
    };
    const allowed = stands(model, held) && model.record?.status !== 'revoked';
    const stored = await store.storeTokens(held, tokens, model.now);
    expect(stored !== undefined).toBe(allowed);
    if (stored === undefined) return;
    // Never an older generation over a newer one.
    expect(stored.gen).toBe((model.record?.gen ?? 0) + 1);
    const { gen, access } = tokens;
    Object.assign(model, {
      record: { gen, access, grant: held.grant, status: 'active' },
      lease: undefined,
      nextTryAt: 0,
    });
    // The write sent again meets its own generation, and is known by its id.
    expect(await store.storeTokens(held, tokens, model.now)).toBeUndefined();
    expect((await store.read(held))?.write).toBe(tokens.write);
  }),
);

const releases = fc.tuple(age, fc.boolean()).map(([at, inDoubt]) =>
  step(`release by holder ${at} back`, async (model, real) => {
    const held = pick(real.held, at);
    if (held === undefined) return;
    const nextTryAt = model.now + 30_000;
    await store.release(held, { inDoubt, nextTryAt });
    if (model.lease?.id !== held.leaseId) return;
    model.nextTryAt = nextTryAt;
    model.lease = inDoubt ? { id: held.leaseId, until: 0 } : undefined;
  }),
);

const breaks = age.map((at) =>
  step(`mark version ${at} back broken`, async (model, real) => {
    const seen = pick(real.seen, at);
    if (seen === undefined) return;
    const allowed = stands(model, seen) && model.record?.status === 'active';
    expect(await store.markBroken(seen, 'invalid_grant', model.now)).toBe(allowed);
    if (allowed && model.record) {
      model.record.status = 'reconnect_required';
      model.lease = undefined;
    }
  }),
);

const leaves = fc.constant(
  step('tombstone', async (model, real) => {
    const ref = { partition: 'SUBJECT#store', id: real.id };
    const allowed = model.record !== undefined && model.record.status !== 'revoked';
    const tombstone = await store.tombstone(ref, model.now, model.now);
    expect(tombstone !== undefined).toBe(allowed);
    if (allowed && model.record) {
      model.record.status = 'revoked';
      model.lease = undefined;
    }
  }),
);

const removes = age.map((at) =>
  step(`remove version ${at} back`, async (model, real) => {
    const seen = pick(real.seen, at);
    if (seen === undefined) return;
    await store.remove(seen);
    if (model.record?.grant !== seen.grant || model.record.status !== 'revoked') return;
    model.record = undefined;
    model.lease = undefined;
    model.nextTryAt = 0;
  }),
);

const waits = fc.integer({ min: 1, max: 40_000 }).map((time) =>
  step(`wait ${time} ms`, async (model) => {
    model.now += time;
  }),
);

test('given any order of consents, leases, answers, failures and disconnects, decided on versions however old, when each is written, then exactly those that the model allows take place', async () => {
  const commands = fc.commands(
    [look, look, connects, leases, leases, stores, releases, breaks, leaves, removes, waits],
    { maxCommands: 40, size: '+1' },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      const first = consent();
      await store.put(first);
      const { gen, grant, status, access } = first;
      const model: Model = {
        record: { gen, grant, status, access },
        lease: undefined,
        nextTryAt: 0,
        now: 1_000_000,
      };
      const real: Real = { id: first.id, seen: [first], held: [] };
      await fc.asyncModelRun(() => ({ model, real }), steps);
    }),
    { numRuns: 20 },
  );
});

test('C34 given any two clocks at most a second wrong, when one holds the lease, then the other cannot take it while the first can live', async () => {
  const skew = fc.integer({ min: -1_000, max: 1_000 });
  await fc.assert(
    fc.asyncProperty(
      skew,
      skew,
      fc.integer({ min: 10_000, max: 29_000 }),
      fc.integer({ min: 0, max: 29_000 }),
      async (holder, other, life, later) => {
        const time = 1_000_000;
        const record = consent();
        await store.put(record);
        const lease = { id: 'holder', until: time + holder + life };
        expect(await store.takeLease(record, lease, time + holder)).toBeDefined();
        const at = time + Math.min(later, life);
        const taken = await store.takeLease(record, { id: 'other', until: at + life }, at + other);
        expect(taken).toBeUndefined();
        const after = time + life + 4_001;
        const free = await store.takeLease(record, { id: 'other', until: after }, after + other);
        expect(free).toBeDefined();
      },
    ),
    { numRuns: 20 },
  );
});
