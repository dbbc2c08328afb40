import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealer } from '../../../lib/sealing/sealing.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { Item } from '../../../lib/storage/table.ts';
import { type ConnectionRef, connectionId, connectionKey } from '../../../lib/vault/connection.ts';
import {
  accessToken,
  careForIdle,
  disconnect,
  getConnection,
  listConnections,
  reseal,
  withAccess,
} from '../../../lib/vault/vault.ts';
import { connectWith } from '../../harness/connect-with.ts';
import { day, failure, hour, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** A vault in which every provider is known, so that a swapped one would be asked. */
const vault = () => world.vault({ providers: async () => world.host, sleep: async () => {} });

async function stored(ref: ConnectionRef): Promise<Item> {
  const item = await world.database.table.get(connectionKey(ref));
  if (item === undefined) throw new Error('it was just stored');
  return item;
}

/** What somebody who can write to the table puts there, without any key: an undefined member goes. */
async function plant(item: Item, changes: Item, ref?: ConnectionRef): Promise<ConnectionRef> {
  const changed = Object.entries({ ...item, ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  const key = ref ? connectionKey(ref) : { pk: String(item.pk), sk: String(item.sk) };
  await world.database.table.put({ ...Object.fromEntries(changed), ...key });
  return ref ?? { partition: key.pk, id: key.sk.slice('CONNECTION#'.length) };
}

/** Everybody who would use the connection, and how each of them ends. */
async function everyUse(ref: ConnectionRef) {
  const used: string[] = [];
  const use = (more = {}) =>
    withAccess(vault(), world.request(ref, more), async ({ token }) => used.push(token));
  const ends = [
    await failure(accessToken(vault(), world.request(ref))),
    await failure(use()),
    await failure(use({ rejectedGeneration: 1 })),
  ];
  return { used, ends: ends.map((error) => error && [error.code, error.details.reason]) };
}

const refused = ['Misconfigured', 'record_refused'];

/** Refused to everybody, with nothing sent, nothing lost, and somebody told. */
async function expectRefused(ref: ConnectionRef): Promise<void> {
  const [calls, told] = [world.server.calls.length, world.outcomes.length];
  const planted = await stored(ref);
  expect(await everyUse(ref)).toEqual({ used: [], ends: [refused, refused, refused] });
  expect(world.server.calls.slice(calls)).toEqual([]);
  expect(world.outcomes.slice(told)).toContain('record_refused');
  const { leaseId: _, leaseUntil: __, ...left } = await stored(ref);
  expect(left).toEqual(planted);
}

const changes: readonly (readonly [string, (item: Item) => Item])[] = [
  ['the provider was swapped', () => ({ provider: 'other' })],
  ['the account was swapped', () => ({ account: { id: '2', login: 'eve' } })],
  ['the token’s end was put off', ({ expiresAt }) => ({ expiresAt: Number(expiresAt) + day })],
  ['the token’s end was brought forward', () => ({ expiresAt: 1 })],
  ['the token’s end was taken away', () => ({ expiresAt: undefined })],
  ['the end of the refresh token was moved', () => ({ refreshExpiresAt: 1 })],
  ['the time it was issued was moved', () => ({ issuedAt: 1 })],
  ['the redirect URI was swapped', () => ({ redirectUri: 'https://evil.example/' })],
  ['scopes were added', () => ({ scopes: ['admin'] })],
  ['what vouches for it was taken away', () => ({ vouch: undefined })],
  ['what vouches for it was made up', () => ({ vouch: 'v', vouchHash: 'h' })],
  ['it was put back to a generation before', () => ({ gen: 7 })],
  [
    'it was said to be of the form before',
    ({ access, refresh }) => ({
      access: String(access).replace(/^2/, '1'),
      refresh: String(refresh).replace(/^2/, '1'),
    }),
  ],
];

describe('a connection that was tampered with', () => {
  test.each(changes)(
    'given %s, when anybody would use it, then it is refused, no host hears of it, and a new consent mends it',
    async (_, change) => {
      const { ref } = await world.connected();
      const item = await stored(ref);
      await plant(item, change(item));
      await expectRefused(ref);
      await world.consent(ref.partition, world.server.consent());
      expect(await accessToken(vault(), world.request(ref))).toHaveProperty('accessToken');
    },
  );

  test.each([
    ['reconnect_required', { status: 'active' }],
    ['reconnect_required', { status: 'active', reason: undefined }],
    ['revoked', { status: 'active' }],
    ['revoked', { status: 'active', vouch: 'made up' }],
  ])(
    'given one that is %s, when it is made active by %o, then it is refused, and no host hears of it',
    async (status, change) => {
      const { ref } = await world.connected();
      const { store } = vault();
      const record = await store.read(ref);
      if (record === undefined) throw new Error('it was just connected');
      if (status === 'revoked') await store.tombstone(ref, world.now(), world.now() + 1);
      else await store.markBroken(record, 'invalid_grant', world.now());
      expect((await stored(ref)).status).toBe(status);
      await plant(await stored(ref), change);
      await expectRefused(ref);
    },
  );

  const elsewhere = subjectPartition('somebody else');
  test.each([
    ['another subject, under its id', (id: string) => ({ partition: elsewhere, id })],
    [
      'another subject, under the id it would have there',
      () => ({ partition: elsewhere, id: connectionId(elsewhere, 'host', '1') }),
    ],
    ['another id of its subject', (_: string, partition: string) => ({ partition, id: 'other' })],
    [
      'the id of another account',
      (_: string, partition: string) => ({ partition, id: connectionId(partition, 'host', '2') }),
    ],
  ])(
    'given its record was copied to %s, when anybody would use it, then it is refused, and no host hears of it',
    async (_, to) => {
      const { ref } = await world.connected();
      const copy = to(ref.id, ref.partition);
      await plant(await stored(ref), {}, copy);
      await expectRefused(copy);
      expect(await accessToken(vault(), world.request(ref))).toHaveProperty('accessToken');
    },
  );

  test('given a token that cannot be refreshed and whose end was brought forward, when it is asked for, then the connection is not ended for it', async () => {
    const partition = subjectPartition(randomUUID());
    const { accessToken: token } = world.server.consent();
    const tokens = { accessToken: token, expiresAt: world.now() + hour };
    const { id } = await world.consent(partition, tokens);
    const ref = { partition, id };
    const item = await stored(ref);
    await plant(item, { expiresAt: 1 });
    await expectRefused(ref);
    expect((await stored(ref)).status).toBe('active');
  });

  test.each([
    ['its provider was swapped', () => ({ provider: 'other' })],
    ['its token’s end was brought forward', () => ({ expiresAt: 1 })],
    ['it had ended and was made active', () => ({ status: 'active', vouch: undefined })],
  ])(
    'given %s, when idle care finds it due, then no host hears of it, and it stands there as it was',
    async (_, change) => {
      const own = await startWorld();
      const here = world;
      world = own;
      try {
        const { ref } = await world.connected();
        const item = await stored(ref);
        await plant(item, { ...change(), dueAt: world.now() - 1 });
        const planted = await stored(ref);
        const report = await careForIdle(vault(), { timeLeft: () => 29_000 });
        expect(report.failed + report.postponed).toBe(1);
        expect(world.server.calls).toEqual([]);
        expect(world.outcomes).toContain('record_refused');
        const { dueAt: __, ...left } = await stored(ref);
        expect(planted).toMatchObject(left);
      } finally {
        world = here;
        await own.stop();
      }
    },
  );

  test('given its provider was swapped, when its user disconnects, then it is ended here, and its token is sent to no host', async () => {
    const { ref } = await world.connected();
    await plant(await stored(ref), { provider: 'other' });
    const calls = world.server.calls.length;
    const request = { caller: 'tests', purpose: 'disconnect', timeLeft: () => 29_000 };
    await disconnect(vault(), ref, request);
    expect(world.server.calls.slice(calls)).toEqual([]);
    expect((await stored(ref)).status).toBe('revoked');
    expect(world.outcomes.at(-1)).toBe('revocation_pending');
  });

  test('given one was made active again, when connections are shown, then it is not among them, and somebody is told', async () => {
    const { ref } = await world.connected();
    await vault().store.tombstone(ref, world.now(), world.now() + 1);
    await plant(await stored(ref), { status: 'active' });
    const told = world.outcomes.length;
    expect((await failure(getConnection(vault(), ref)))?.details.reason).toBe('record_refused');
    expect((await listConnections(vault(), ref.partition, {})).items).toEqual([]);
    expect(world.outcomes.slice(told)).toEqual(['record_refused', 'record_refused']);
  });
});

describe('a record of the form before', () => {
  /** As a version before this one seals and stores it. */
  async function older() {
    const { form: _, ...seal } = world.keyring.seal;
    const partition = subjectPartition(randomUUID());
    const tokens = { ...world.server.consent(), expiresAt: world.now() + hour };
    const here = world.vault({ sealer: sealer(async () => seal) });
    const account = { id: '1', login: 'ada' };
    const consent = { partition, provider: 'host', account, redirectUri: 'https://b.example/' };
    const { id } = await connectWith(here, { ...consent, tokens });
    const ref = { partition, id };
    await plant(await stored(ref), { vouch: undefined, vouchHash: undefined });
    expect(String((await stored(ref)).access)).toMatch(/^1\./);
    return ref;
  }

  test('given one, when its token is asked for, then it opens; and its next refresh is of the new form', async () => {
    const ref = await older();
    expect(await accessToken(vault(), world.request(ref))).toHaveProperty('accessToken');
    world.advance(2 * hour);
    expect(await accessToken(vault(), world.request(ref))).toMatchObject({ generation: 2 });
    await plant(await stored(ref), { expiresAt: world.now() + day });
    await expectRefused(ref);
  });

  test.each(['active', 'reconnect_required'])(
    'given one that is %s, when the table is swept, then it stays so, and cannot be changed any more',
    async (status) => {
      const ref = await older();
      const { store } = vault();
      const record = await store.read(ref);
      if (record && status !== 'active') await store.markBroken(record, 'expired', world.now());
      expect(await reseal(vault(), ref, world.keyring.seal)).toBe(true);
      expect(await stored(ref)).toMatchObject({ status, access: expect.stringMatching(/^2\./) });
      if (status === 'active') {
        expect(await accessToken(vault(), world.request(ref))).toHaveProperty('accessToken');
      }
      await plant(await stored(ref), { status: 'active', redirectUri: 'https://evil.example/' });
      await expectRefused(ref);
    },
  );

  test('given it was ended while it was swept, when the sweep writes, then it is not vouched for again', async () => {
    const ref = await older();
    const { store, ...rest } = vault();
    const slow: typeof store = {
      ...store,
      async reseal(record, sealed) {
        await store.tombstone(ref, world.now(), world.now() + 1);
        return store.reseal(record, sealed);
      },
    };
    expect(await reseal({ ...rest, store: slow }, ref, world.keyring.seal)).toBe(false);
    expect(await stored(ref)).not.toHaveProperty('vouch');
  });

  test('given one, when its provider was swapped, then it is refused all the same', async () => {
    const ref = await older();
    await plant(await stored(ref), { provider: 'other' });
    await expectRefused(ref);
  });
});
