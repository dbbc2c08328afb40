import { afterEach, expect, test } from 'vitest';
import { accessToken } from '../../../lib/vault/vault.ts';
import { startUnreliableTable } from './unreliable-table.ts';
import { failure, startWorld, type World } from './world.ts';

let world: World;
afterEach(() => world.stop());

/** A container whose writes are throttled where `throttled` says so, by their number. */
async function containerBehind(throttled: (write: number) => boolean) {
  let writes = 0;
  const proxy = await startUnreliableTable(world.database.url, (operation) => {
    if (operation !== 'UpdateItem') return 'none';
    writes += 1;
    return throttled(writes) ? 'throttle' : 'none';
  });
  return { vault: world.vault({ table: world.database.connect(proxy.url) }), stop: proxy.stop };
}

test('C33 given the table throttles for longer than the SDK tries, when the answer is there, then the vault goes on until it is written', async () => {
  world = await startWorld();
  const { ref } = await world.connected({ endsIn: -1 });
  // The first write takes the lease. The SDK tries each of ours three times.
  const { vault, stop } = await containerBehind((write) => write > 1 && write < 9);
  const token = await accessToken(vault, world.request(ref));
  expect(token.generation).toBe(2);
  expect(world.server.isLive(token.accessToken)).toBe(true);
  expect(await accessToken(world.vault(), world.request(ref))).toEqual(token);
  await stop();
});

test('given the provider has replaced a token that had not ended, when the table takes no write any more, then the dead token is not handed out', async () => {
  world = await startWorld();
  const { ref, tokens } = await world.connected({ endsIn: 50_000 });
  const { vault, stop } = await containerBehind((write) => write > 1);
  const error = await failure(accessToken(vault, world.request(ref)));
  expect(error?.retryable).toBe(true);
  expect(world.server.isLive(tokens.accessToken)).toBe(false);
  await stop();
});

test('given a token that has not ended, when the lease cannot be written, then the provider is not asked and that token is handed out', async () => {
  world = await startWorld();
  const { ref, tokens } = await world.connected({ endsIn: 50_000 });
  const before = world.server.refreshes();
  const { vault, stop } = await containerBehind(() => true);
  const token = await accessToken(vault, world.request(ref));
  expect(token).toMatchObject({ accessToken: tokens.accessToken, generation: 1 });
  expect(world.server.refreshes()).toBe(before);
  await stop();
});

test.each([
  ['AccessDeniedException', 3],
  ['ResourceNotFoundException', 2],
])(
  'given the table answers %s to the write of a received rotation, when it takes it again in time, then nothing is lost',
  async (name, times) => {
    world = await startWorld({ reuse: 'revokes-on-reuse' });
    const { ref } = await world.connected({ endsIn: -1 });
    let writes = 0;
    const proxy = await startUnreliableTable(world.database.url, (operation) => {
      if (operation !== 'UpdateItem') return 'none';
      writes += 1;
      // The first write takes the lease.
      return writes > 1 && writes <= 1 + times ? { refused: name } : 'none';
    });
    const vault = world.vault({ table: world.database.connect(proxy.url) });
    const token = await accessToken(vault, world.request(ref));
    expect(token.generation).toBe(2);
    expect(world.server.isLive(token.accessToken)).toBe(true);
    expect(await accessToken(world.vault(), world.request(ref))).toEqual(token);
    await proxy.stop();
  },
);
