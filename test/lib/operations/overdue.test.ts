import { expect, test } from 'vitest';
import { endOverdue } from '../../../lib/operations/overdue.ts';
import { getOperation } from '../../../lib/operations/read.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import { forkRepo } from '../../../lib/operations/steps/fork-repo.ts';
import { runWorkflow, type World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const minute = 60_000;
const sweep = (world: World) => endOverdue(world.ops, { timeLeft: () => 20_000 });

test('given a start that was swallowed, when nobody asks for the operation, then it is started a minute later', async () => {
  const world = await newWorld();
  const { id } = await world.create({ name: 'mine' });
  // The index is one for all: other tests' operations may stand in it.
  const started = () => world.started.filter((name) => name.startsWith(id));
  await sweep(world);
  expect(started()).toHaveLength(1);
  world.clock += minute;
  await sweep(world);
  // The execution that was there can have come to nothing: another name starts for certain.
  expect(started()).toEqual([started()[0], `${started()[0]}-missed`]);
  await sweep(world);
  expect(started()).toHaveLength(2);
});

test('given a workflow that is gone, when nobody asks for the operation, then it is ended behind its deadline, told of, and its name is free', async () => {
  const world = await newWorld();
  const { id, deadline } = await world.create({ name: 'mine' });
  world.host.fail('create', { status: 403 });
  await createEmptyRepo(world.ops, { operationId: id }).catch(() => {});
  world.clock = Date.parse(deadline) + 2 * minute;
  expect((await sweep(world)).ended).toBeGreaterThan(0);
  expect(await getOperation(world.ops, world.partition, id)).toMatchObject({ status: 'failed' });
  expect(world.events.filter(({ operationId }) => operationId === id)).toHaveLength(1);
  const next = await world.create({ name: 'mine' });
  expect(await runWorkflow(world, next)).not.toHaveProperty('error');
  expect(await sweep(world)).toMatchObject({ ended: 0 });
});

test('given a workflow that is gone behind its creating call, when the sweep has ended the operation and looks again, then what was to be deleted is deleted', async () => {
  const world = await newWorld();
  const { id, deadline } = await world.create({ name: 'mine', onFailure: 'delete' });
  await createEmptyRepo(world.ops, { operationId: id });
  world.clock = Date.parse(deadline) + 2 * minute;
  await sweep(world);
  expect(world.host.find('example/mine')).toBeDefined();
  world.clock += 16 * minute;
  await sweep(world);
  expect(world.started.filter((name) => name === `${world.started[0]}-look`)).toHaveLength(1);
  await finishOperation(world.ops, { operationId: id, error: 'ImportTimedOut' });
  expect(world.host.find('example/mine')).toBeUndefined();
  expect((await world.ops.store.read(id))?.deleted).toBe(true);
});

test('given an unmarked fork whose answer was lost, when its name is another operation’s by the time of the last look, then that one’s fork is not claimed', async () => {
  const world = await newWorld({ marks: [] });
  world.host.add({ owner: 'templates', name: 'starter' });
  const fork = { name: 'mine', strategy: 'fork', template: 'templates/starter' };
  const { id } = await world.create(fork);
  world.host.fail('create', 'lose-request');
  await forkRepo(world.ops, { operationId: id });
  for (;;) {
    const { state, waitSeconds } = await finishOperation(world.ops, {
      operationId: id,
      error: 'ProviderTimeout',
    });
    if (state === 'ended') break;
    world.clock += waitSeconds * 1_000;
  }
  const next = await world.create(fork);
  expect(await runWorkflow(world, next)).not.toHaveProperty('error');
  await finishOperation(world.ops, { operationId: id, error: 'ProviderTimeout' });
  expect((await getOperation(world.ops, world.partition, id)).leftBehind).toBeUndefined();
});

test('given an operation at work before its deadline, when the sweep comes, then it is left alone', async () => {
  const world = await newWorld();
  const { id } = await world.create({ name: 'mine' });
  await createEmptyRepo(world.ops, { operationId: id });
  world.clock += 20 * minute;
  await sweep(world);
  expect(await getOperation(world.ops, world.partition, id)).toMatchObject({ status: 'running' });
});

test('given an operation that has ended, when its place in the index is looked for, then it has none', async () => {
  const world = await newWorld();
  const operation = await world.create({ name: 'mine' });
  await runWorkflow(world, operation);
  expect(await world.ops.store.read(operation.id)).not.toHaveProperty('dueAt');
});
