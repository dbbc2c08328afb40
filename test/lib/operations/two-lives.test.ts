import { describe, expect, test } from 'vitest';
import { endOverdue } from '../../../lib/operations/overdue.ts';
import { cancelOperation, getOperation } from '../../../lib/operations/read.ts';
import { commitFiles } from '../../../lib/operations/steps/commit-files.ts';
import { configureRepo } from '../../../lib/operations/steps/configure-repo.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import { pollImportStatus } from '../../../lib/operations/steps/poll-import-status.ts';
import { defined } from '../../../lib/primitives/defined.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const look = (world: World, id: string) => getOperation(world.ops, world.partition, id);

/** Ends it as the state machine does, wait by wait. */
async function finish(world: World, operationId: string, error: string) {
  for (;;) {
    const { state, waitSeconds } = await finishOperation(world.ops, { operationId, error });
    if (state === 'ended') return;
    world.clock += waitSeconds * 1_000;
  }
}

describe('two lives of one step', () => {
  test('given a life that the state machine gave up, frozen before its creating call, when the operation was cancelled and ended meanwhile, then it creates nothing', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    let thaw = () => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    // Its second look, behind the preflight's: right before the call is counted.
    world.host.before('find', () => world.host.before('find', () => frozen));
    const firstLife = createEmptyRepo(world.ops, { operationId: id });
    await expect.poll(() => world.host.seen.find).toBe(2);
    await cancelOperation(world.ops, world.partition, id);
    await finish(world, id, 'Lambda.Unknown');
    expect(await look(world, id)).toMatchObject({ status: 'cancelled' });
    thaw();
    await expect(firstLife).rejects.toMatchObject({ code: 'Cancelled' });
    expect(world.host.seen.create).toBe(0);
  });

  test('given a life that is at its creating call, when the operation is to end, then the end waits for it, and tells what it made', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    let answer = () => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    world.host.before('create', () => slow);
    const life = createEmptyRepo(world.ops, { operationId: id });
    await expect.poll(() => world.host.seen.create).toBe(1);
    await cancelOperation(world.ops, world.partition, id);
    const end = { operationId: id, error: 'Lambda.Unknown' };
    expect(await finishOperation(world.ops, end)).toMatchObject({ state: 'wait' });
    expect(await look(world, id)).toMatchObject({ status: 'running' });
    answer();
    await life;
    await finish(world, id, 'Lambda.Unknown');
    expect(await look(world, id)).toMatchObject({
      status: 'cancelled',
      leftBehind: { fullName: 'example/mine' },
    });
    expect(world.events).toMatchObject([{ repository: { fullName: 'example/mine' } }]);
  });

  test('given a life frozen between counting its call and sending it, when it thaws behind its time, then it sends nothing', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    const { store } = world.ops;
    let thaw = () => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    const life = createEmptyRepo(
      {
        ...world.ops,
        store: {
          ...store,
          async change(...args) {
            const before = (await store.read(id))?.creatingCalls;
            const after = await store.change(...args);
            if (after.creatingCalls !== before) await frozen;
            return after;
          },
        },
      },
      { operationId: id },
    );
    await expect.poll(async () => (await store.read(id))?.creatingCalls).toBe(1);
    await cancelOperation(world.ops, world.partition, id);
    await finish(world, id, 'Lambda.Unknown');
    expect(await look(world, id)).toMatchObject({ status: 'cancelled' });
    thaw();
    await expect(life).rejects.toMatchObject({ details: { reason: 'no_time_left' } });
    expect(world.host.seen.create).toBe(0);
  });

  test('given a life that adopts what another made, when it comes late, then what is known of the repository since stays', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine', files: [{ path: 'a', text: 'a' }] });
    let thaw = () => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    world.host.fail('create', 'lose-answer');
    const { waitSeconds } = await createEmptyRepo(world.ops, { operationId: id });
    world.clock += waitSeconds * 1_000;
    world.host.before('find', () => frozen);
    const late = createEmptyRepo(world.ops, { operationId: id });
    await expect.poll(() => world.host.seen.find).toBe(3);
    await createEmptyRepo(world.ops, { operationId: id });
    await pollImportStatus(world.ops, { operationId: id });
    thaw();
    await late;
    await configureRepo(world.ops, { operationId: id });
    await commitFiles(world.ops, { operationId: id });
    expect(world.host.find('example/mine')?.commits).toHaveLength(1);
  });

  test('given a life that died at its creating call, when its function must be over, then the operation ends', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.before('create', () => new Promise(() => {}));
    void createEmptyRepo(world.ops, { operationId: id }).catch(() => {});
    await expect.poll(() => world.host.seen.create).toBe(1);
    const began = world.clock;
    await finish(world, id, 'Sandbox.Timedout');
    expect(await look(world, id)).toMatchObject({ status: 'failed' });
    expect(world.clock - began).toBeGreaterThanOrEqual(29_000);
    expect(world.clock - began).toBeLessThanOrEqual(180_000);
  });
});

describe('a host that acts late', () => {
  /** The call is lost on the way back; the host makes the repository so many milliseconds later. */
  async function late(world: World, id: string, after: number) {
    world.host.fail('create', 'lose-request');
    const began = world.clock;
    await createEmptyRepo(world.ops, { operationId: id });
    const { id: _, ...fields } = world.host.add({ owner: 'example', name: 'x' });
    world.host.repositories.pop();
    const description = `forgebridge operation ${id}`;
    const act = () => {
      if (world.clock - began >= after && world.host.find('example/mine') === undefined) {
        world.host.add({ ...fields, owner: 'example', name: 'mine', description });
      }
      world.host.before('find', act);
    };
    world.host.before('find', act);
  }

  test.each([5_000, 55_000, 110_000])(
    'given it acts %i ms after a call that was cancelled, when the operation ends, then the repository is told of',
    async (after) => {
      const world = await newWorld();
      const { id } = await world.create({ name: 'mine' });
      await late(world, id, after);
      await cancelOperation(world.ops, world.partition, id);
      await finish(world, id, 'Cancelled');
      expect(await look(world, id)).toMatchObject({
        status: 'cancelled',
        leftBehind: { fullName: 'example/mine' },
      });
    },
  );

  test.each([
    ['keep', true],
    ['delete', false],
  ] as const)(
    'given it acts only after the end and onFailure is %s, when the sweep comes, then what it made is found',
    async (onFailure, stays) => {
      const world = await newWorld();
      const { id } = await world.create({ name: 'mine', onFailure });
      await late(world, id, 600_000);
      await finish(world, id, 'ProviderTimeout');
      expect(await look(world, id)).toMatchObject({ status: 'failed' });
      expect((await look(world, id)).leftBehind).toBeUndefined();
      world.clock += 16 * 60_000;
      await endOverdue(world.ops, { timeLeft: () => 20_000 });
      const execution = world.started.find((name) => name.startsWith(id) && name.endsWith('-look'));
      expect(execution).toBeDefined();
      // The execution comes to the end of its state machine: the step refuses to go on.
      const again = createEmptyRepo(world.ops, { operationId: id, ...defined({ execution }) });
      await expect(again).rejects.toMatchObject({ retryable: false });
      await finish(world, id, 'Cancelled');
      expect(world.host.find('example/mine') !== undefined).toBe(stays);
      const { leftBehind } = await look(world, id);
      expect(leftBehind?.fullName).toBe(stays ? 'example/mine' : undefined);
      const told = world.events.filter(({ repository }) => repository !== undefined);
      expect(told).toHaveLength(stays ? 1 : 0);
      await endOverdue(world.ops, { timeLeft: () => 20_000 });
      expect(world.started.filter((name) => name === execution)).toHaveLength(1);
    },
  );

  test('given it acts late and onFailure is delete, when the operation ends, then nothing is left', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine', onFailure: 'delete' });
    await late(world, id, 55_000);
    await finish(world, id, 'ProviderTimeout');
    expect(world.host.find('example/mine')).toBeUndefined();
    expect((await look(world, id)).leftBehind).toBeUndefined();
  });

  test('given a gateway that says 502 behind the work, when the operation is cancelled, then what was made is told of', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.fail('create', { status: 502, acts: true });
    await createEmptyRepo(world.ops, { operationId: id });
    await cancelOperation(world.ops, world.partition, id);
    await finish(world, id, 'Cancelled');
    expect((await look(world, id)).leftBehind).toMatchObject({ fullName: 'example/mine' });
  });

  test('given two calls of which the second is answered and its repository is to be deleted, when the host acts on the first then, then that is deleted as well', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine', onFailure: 'delete' });
    await late(world, id, 0);
    world.host.before('find', () => {});
    world.clock += 2_000;
    await createEmptyRepo(world.ops, { operationId: id });
    await cancelOperation(world.ops, world.partition, id);
    await finish(world, id, 'Cancelled');
    expect(world.host.find('example/mine')).toBeUndefined();
    const description = `forgebridge operation ${id}`;
    world.host.add({ owner: 'example', name: 'mine', description });
    world.clock += 16 * 60_000;
    await endOverdue(world.ops, { timeLeft: () => 20_000 });
    expect(world.started.filter((name) => name.endsWith('-look'))).not.toEqual([]);
    await finish(world, id, 'Cancelled');
    expect(world.host.find('example/mine')).toBeUndefined();
    expect((await look(world, id)).leftBehind).toBeUndefined();
  });

  test('given a new repository that is not shown yet and is to be deleted, when the operation ends, then it is deleted once it shows', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine', onFailure: 'delete' });
    await createEmptyRepo(world.ops, { operationId: id });
    const [hidden] = world.host.repositories.splice(1, 1);
    await cancelOperation(world.ops, world.partition, id);
    const input = { operationId: id, error: 'Cancelled' };
    world.clock += 30_000;
    expect(await finishOperation(world.ops, input)).toMatchObject({ state: 'wait' });
    if (hidden !== undefined) world.host.repositories.push(hidden);
    world.clock += 30_000;
    await finish(world, id, 'Cancelled');
    expect(world.host.find('example/mine')).toBeUndefined();
  });

  test('given a call that was refused, when the operation fails, then it ends at once', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.fail('create', { status: 403 });
    await expect(createEmptyRepo(world.ops, { operationId: id })).rejects.toThrow();
    const began = world.clock;
    await finish(world, id, 'Forbidden');
    expect(world.clock).toBe(began);
  });
});
