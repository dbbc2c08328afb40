import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../../lib/vault/vault.ts';
import { mortal } from './mortal.ts';
import { type Disturbance, startUnreliableTable } from './unreliable-table.ts';
import { failure, startWorld, type World } from './world.ts';

let world: World;

/** A function's life and the clocks' difference. */
const leaseEnd = 31_000;

/** Numbers between 0 and 1 that are the same in every run. */
function prand(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.each(['strict', 'revokes-on-reuse', 'leeway'] as const)(
  'a process killed, at a server that is %s',
  (reuse) => {
    beforeAll(async () => {
      world = await startWorld({ reuse });
    });
    afterAll(() => world.stop());

    test('C31 given a refresh is killed at any of its awaits, when the next caller comes after its lease, then it gets a valid token or is told to reconnect', async () => {
      let deaths = 0;
      for (const moment of ['before', 'after'] as const) {
        for (let call = 1; ; call += 1) {
          const { ref } = await world.connected({ endsIn: -1 });
          const before = world.server.refreshes();
          const victim = mortal(world.vault(), call, moment);
          const survived = await Promise.race([
            accessToken(victim.vault, world.request(ref)).then(() => true),
            victim.death.then(() => false),
          ]);
          if (survived) break;
          deaths += 1;
          const rotated = world.server.refreshes() > before;

          world.advance(leaseEnd);
          const next = accessToken(world.vault(), world.request(ref));
          const error = await failure(next);
          if (error === undefined) {
            expect(world.server.isLive((await next).accessToken)).toBe(true);
            continue;
          }
          // Only when the answer died with the process, and the server gives it but once.
          expect(error).toMatchObject({
            code: 'ReconnectRequired',
            details: { reason: 'invalid_grant' },
          });
          expect((await world.record(ref))?.status).toBe('reconnect_required');
          expect(rotated).toBe(true);
          expect(reuse).not.toBe('leeway');
        }
      }
      // read, lease, key, token, provider, write, and what lies between them
      expect(deaths).toBeGreaterThanOrEqual(12);
    });
  },
);

describe('answers that are lost', () => {
  beforeAll(async () => {
    world = await startWorld({ reuse: 'leeway' });
  });
  afterAll(() => world.stop());

  test('C32 given the reply is lost after the provider replaced the tokens, when the same refresh token is sent again, then its answer is kept', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const before = world.server.refreshes();
    world.server.faults.push({ reset: 'after' }, { reset: 'after' });
    const token = await accessToken(world.vault(), world.request(ref));
    expect(world.server.refreshes() - before).toBe(3);
    expect(token.generation).toBe(2);
    expect(world.server.isLive(token.accessToken)).toBe(true);
  });

  test('C32 given the answer is garbled, when the same refresh token is sent again, then its answer is kept', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    world.server.faults.push({ answer: { status: 200, body: 'half an ans' } });
    const token = await accessToken(world.vault(), world.request(ref));
    expect(world.server.isLive(token.accessToken)).toBe(true);
  });

  test.each([502, 504, 520])(
    'given a gateway answers %i after the provider replaced the tokens, when the same refresh token is sent again, then its answer is kept',
    async (status) => {
      const { ref } = await world.connected({ endsIn: -1 });
      const before = world.server.refreshes();
      world.server.faults.push({ gateway: status });
      const token = await accessToken(world.vault(), world.request(ref));
      expect(world.server.refreshes() - before).toBe(2);
      expect(token.generation).toBe(2);
      expect(world.server.isLive(token.accessToken)).toBe(true);
    },
  );

  test('given every reply is lost, when it was tried three times, then it rests, and after that is tried once at a time', async () => {
    const { ref } = await world.connected({ endsIn: 50_000 });
    const before = world.server.refreshes();
    world.server.outage = { reset: 'before' };
    const first = await failure(accessToken(world.vault(), world.request(ref)));
    expect(first).toMatchObject({ code: 'ProviderTimeout', details: { retryAfter: 32 } });
    expect(world.server.refreshes() - before).toBe(3);

    // Its token is in doubt now, so it is not handed out although its time is not over.
    const meanwhile = await failure(accessToken(world.vault(), world.request(ref)));
    expect(meanwhile).toMatchObject({
      code: 'ProviderUnavailable',
      details: { reason: 'cooling_down' },
    });
    world.advance(33_000);
    expect((await failure(accessToken(world.vault(), world.request(ref))))?.code).toBe(
      'ProviderTimeout',
    );
    expect(world.server.refreshes() - before).toBe(4);

    world.server.outage = undefined;
    world.advance(33_000);
    expect((await accessToken(world.vault(), world.request(ref))).generation).toBe(2);
  });
});

describe('a table that throttles and echoes', () => {
  beforeAll(async () => {
    world = await startWorld({ reuse: 'revokes-on-reuse' });
  });
  afterAll(() => world.stop());

  async function refreshBehind(disturb: (operation: string) => Disturbance, count = 1) {
    const proxy = await startUnreliableTable(world.database.url, disturb);
    const connections = await Promise.all(
      Array.from({ length: count }, () => world.connected({ endsIn: -1 })),
    );
    const tokens = await Promise.all(
      connections.map(async ({ ref }) => {
        const vault = world.vault({ table: world.database.connect(proxy.url) });
        const token = await accessToken(vault, world.request(ref));
        // What was handed out is also what stands in the table.
        expect(await accessToken(world.vault(), world.request(ref))).toEqual(token);
        return token;
      }),
    );
    await proxy.stop();
    return tokens;
  }

  test('C33 given the reply of the write is lost, when the SDK repeats it, then the vault knows its own write', async () => {
    let updates = 0;
    world.outcomes.length = 0;
    const [token] = await refreshBehind((operation) => {
      if (operation === 'UpdateItem') updates += 1;
      return operation === 'UpdateItem' && updates === 2 ? 'echo' : 'none';
    });
    expect(token?.generation).toBe(2);
    expect(world.server.isLive(token?.accessToken ?? '')).toBe(true);
    expect(world.outcomes).toContain('own_write_recognised');
  });

  test('C33 given the reply of the lease is lost, when the SDK repeats it, then the lease is still its own', async () => {
    let updates = 0;
    const [token] = await refreshBehind((operation) => {
      if (operation === 'UpdateItem') updates += 1;
      return operation === 'UpdateItem' && updates === 1 ? 'echo' : 'none';
    });
    expect(token?.generation).toBe(2);
  });

  test('C33 given 35 % of writes are throttled and 20 % echoed, when 30 connections are refreshed, then no token is lost', async () => {
    const dice = prand(20);
    const tokens = await refreshBehind((operation) => {
      if (operation !== 'UpdateItem') return 'none';
      const cast = dice();
      return cast < 0.35 ? 'throttle' : cast < 0.55 ? 'echo' : 'none';
    }, 30);
    for (const token of tokens) {
      expect(token.generation).toBe(2);
      expect(world.server.isLive(token.accessToken)).toBe(true);
    }
  });
});
