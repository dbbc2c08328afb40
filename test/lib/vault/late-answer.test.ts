import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { remnantPrefix } from '../../../lib/vault/connection.ts';
import { sealTokens } from '../../../lib/vault/tokens.ts';
import { accessToken, careForIdle, disconnect, type Vault } from '../../../lib/vault/vault.ts';
import { gate } from './authorization-server.ts';
import { day, failure, hour, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ rotation: 'overlaps' });
});
afterEach(() => world.stop());

type Ref = Parameters<World['record']>[0];
const life = () => 29_000;
const leaving = { caller: 'tests', purpose: 'disconnect', timeLeft: life };

/** Starts a refresh, does `meanwhile` while the provider's answer is on its way, and lets it arrive. */
async function answeredLate(vault: Vault, ref: Ref, meanwhile: () => Promise<unknown>) {
  const held = gate();
  world.server.faults.push({ answerGate: held });
  const asked = failure(accessToken(vault, world.request(ref)));
  await held.reached;
  await meanwhile();
  held.open();
  return asked;
}

/** Somebody else stores tokens as the next generation of the same consent. */
async function overtake(ref: Ref): Promise<string> {
  const vault = world.vault();
  const seen = await vault.store.read(ref);
  if (seen === undefined) throw new Error('there is one');
  const theirs = { ...world.server.consent(), expiresAt: world.now() + hour };
  const next = { ...seen, gen: seen.gen + 1 };
  const written = { now: world.now(), write: 'theirs' };
  const sealed = await sealTokens(await vault.sealer.ready(), next, theirs, written);
  await vault.store.storeTokens(seen, sealed, world.now());
  return theirs.accessToken;
}

async function remnantsOf({ partition }: Ref) {
  const { entries } = await world.vault().store.entries(partition, remnantPrefix, 9);
  return entries.map(({ record }) => record);
}

const revocations = () => world.outcomes.filter((outcome) => outcome === 'orphan_revoked').length;

test('given nobody is in the way, when the answer is stored, then it is counted as refreshed, and as nothing else', async () => {
  const { ref } = await world.connected({ endsIn: -1 });
  world.outcomes.length = 0;
  await accessToken(world.vault(), world.request(ref));
  expect(world.outcomes).toEqual(['refreshed', 'handed_out']);
});

describe('an answer that finds the record changed', () => {
  test('given somebody stored newer tokens of the same consent, when ours come, then theirs are used and ours are not ended: at some hosts that ends theirs', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const error = await answeredLate(world.vault(), ref, () => overtake(ref));
    expect(error).toBeUndefined();
    expect(world.outcomes).toContain('rotation_superseded');
    expect(revocations()).toBe(0);
    expect(await world.record(ref)).toMatchObject({ gen: 2, write: 'theirs' });
  });

  test('given the table then refuses even to be read for a moment, when it is asked again, then nothing of theirs is ended', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const vault = world.vault();
    let reads = 0;
    const store = {
      ...vault.store,
      async read(where: Ref) {
        reads += 1;
        // Look, whose write it was, and what stands there: the last one is refused.
        if (reads === 3) throw new ForgebridgeError('Misconfigured', { reason: 'table_denied' });
        return vault.store.read(where);
      },
    };
    const error = await answeredLate({ ...vault, store }, ref, () => overtake(ref));
    expect(error).toBeUndefined();
    expect(reads).toBeGreaterThan(3);
    expect(revocations()).toBe(0);
  });

  test('given the user has left, when the answer comes, then its tokens are ended, and the caller is told', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const before = world.server.liveTokens();
    const leave = () => disconnect(world.vault(), ref, leaving);
    const error = await answeredLate(world.vault(), ref, leave);
    expect(error?.code).toBe('NotFound');
    expect(revocations()).toBe(1);
    expect(world.server.liveTokens()).toBeLessThan(before);
  });

  test('given the user has left and waits for revocation, when the answer comes, then its tokens are ended all the same', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const leave = () => world.vault().store.tombstone(ref, world.now(), world.now() + day);
    await answeredLate(world.vault(), ref, leave);
    expect(revocations()).toBe(1);
  });

  test('given the user has left and the host takes no revocation, when the answer comes, then its tokens are kept sealed until idle care ends them', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const leave = async () => {
      await disconnect(world.vault(), ref, leaving);
      world.server.outage = { answer: { status: 503 } };
    };
    await answeredLate(world.vault(), ref, leave);
    const [remnant, ...more] = await remnantsOf(ref);
    expect(more).toEqual([]);
    expect(remnant).toMatchObject({ status: 'revoked', gen: 2 });
    expect(remnant?.updatedAt).toBeGreaterThan(0);
    expect(world.server.liveTokens()).toBeGreaterThan(0);

    world.server.outage = undefined;
    world.advance(day);
    await careForIdle(world.vault({ sleep: async () => {} }), { timeLeft: life });
    expect(world.server.liveTokens()).toBe(0);
    expect(await remnantsOf(ref)).toEqual([]);
  });
});
