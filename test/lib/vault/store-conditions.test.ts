import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionPrefix, remnantPrefix } from '../../../lib/vault/connection.ts';
import type { ConnectionStore } from '../../../lib/vault/vault.ts';
import { accessToken } from '../../../lib/vault/vault.ts';
import { day, startWorld, type World } from './world.ts';

let world: World;
let store: ConnectionStore;
beforeAll(async () => {
  world = await startWorld();
  store = world.vault().store;
});
afterAll(() => world.stop());

async function read() {
  const { ref } = await world.connected({ endsIn: -1 });
  const record = await store.read(ref);
  if (record === undefined) throw new Error('it was just connected');
  return { ref, record };
}

test('given another time for care was set meanwhile, when what was found before is postponed, then the other time stays', async () => {
  const { ref, record } = await read();
  const { dueAt = 0 } = record;
  await store.postpone({ ref, dueAt }, dueAt + day);
  await store.postpone({ ref, dueAt }, dueAt + 9 * day);
  expect((await store.read(ref))?.dueAt).toBe(dueAt + day);
});

test('given the tokens were replaced meanwhile, when those before are sealed again, then the new ones stay', async () => {
  const { ref, record } = await read();
  await accessToken(world.vault(), world.request(ref));
  const replaced = await store.read(ref);
  expect(await store.reseal(record, { access: 'old', refresh: 'old' })).toBe(false);
  expect(await store.read(ref)).toEqual(replaced);
});

test('given another sweep has sealed it again, when the same is done on what was before, then the first one stays', async () => {
  const { ref, record } = await read();
  expect(await store.reseal(record, { access: 'first' })).toBe(true);
  expect(await store.reseal(record, { access: 'second' })).toBe(false);
  expect((await store.read(ref))?.access).toBe('first');
});

test('given a lease was taken over meanwhile, when the one before is brought down, then the new one stays', async () => {
  const { ref, record } = await read();
  const lease = (id: string, until: number) => ({ id, until });
  const held = await store.takeLease(record, lease('one', 1_000), 0);
  if (held === undefined) throw new Error('it was free');
  await store.takeLease(record, lease('two', 90_000), 10_000);
  await store.shortenLease(held, 5_000);
  expect(await store.read(ref)).toMatchObject({ leaseId: 'two', leaseUntil: 90_000 });
});

test('given refusals of an older generation, when they are noted, then the newer one knows nothing of them', async () => {
  const { ref, record } = await read();
  await accessToken(world.vault(), world.request(ref));
  await store.noteRefusals(record, { refusals: 2, refusedAt: 1 });
  expect(await store.read(ref)).not.toHaveProperty('refusals');
});

test('given the tokens were replaced meanwhile, when those before are found dead, then the connection lives on', async () => {
  const { ref, record } = await read();
  await accessToken(world.vault(), world.request(ref));
  const replaced = await store.read(ref);
  expect(await store.markBroken(record, 'access_token_rejected', world.now())).toBe(false);
  expect(await store.read(ref)).toEqual(replaced);
});

test('given a remnant that was kept, when it is kept again, then it is there once, and is no connection', async () => {
  const { ref, record } = await read();
  await store.keepRemnant(record, 1);
  await store.keepRemnant(record, 2);
  const under = async (prefix: string) =>
    (await store.entries(ref.partition, prefix, 9)).entries.map(({ record: found }) => found);
  const [remnant, ...more] = await under(remnantPrefix);
  expect(more).toEqual([]);
  expect(remnant).toMatchObject({ id: ref.id, status: 'revoked', dueAt: 1, gen: record.gen });
  expect(await under(connectionPrefix)).toEqual([record]);
});
