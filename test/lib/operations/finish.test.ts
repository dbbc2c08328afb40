import { describe, expect, test } from 'vitest';
import { getOperation } from '../../../lib/operations/read.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import { runWorkflow, type World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const unmarked = { marks: ['create', 'generate'] as const };

function status(world: World, id: string) {
  return getOperation(world.ops, world.partition, id);
}

/** Runs an operation whose import fails. */
async function failed(world: World, body: Record<string, unknown>) {
  world.host.newReadiness = { state: 'failed', reason: 'Source gone' };
  const operation = await world.create({ name: 'mine', ...body });
  await runWorkflow(world, operation);
  return status(world, operation.id);
}

describe('C40 a late completion', () => {
  test('C40 given an operation that was given up, when its workflow ends after all, then the end stands', async () => {
    const world = await newWorld();
    const { id, deadline } = await world.create({ name: 'mine' });
    await createEmptyRepo(world.ops, { operationId: id });
    world.clock = Date.parse(deadline) + 60_001;
    const given = await status(world, id);
    expect(given).toMatchObject({ status: 'failed', error: { code: 'ImportTimedOut' } });
    await finishOperation(world.ops, { operationId: id });
    expect(await status(world, id)).toMatchObject({
      status: 'failed',
      error: { code: 'ImportTimedOut' },
    });
    expect(world.events).toHaveLength(1);
  });

  test('C40 given a successor holds the name and made its own repository, when the late one cleans up, then both stay', async () => {
    const world = await newWorld();
    const first = await world.create({ name: 'mine', onFailure: 'delete' });
    await createEmptyRepo(world.ops, { operationId: first.id });
    world.clock = Date.parse(first.deadline) + 60_001;
    await status(world, first.id);
    world.host.repositories.pop();
    const second = await world.create({ name: 'mine' });
    await createEmptyRepo(world.ops, { operationId: second.id });

    await finishOperation(world.ops, { operationId: first.id, error: 'ImportTimedOut' });
    expect(world.host.find('example/mine')?.description).toContain(second.id);
    await expect(world.create({ name: 'MINE-2', namespace: 'team' })).resolves.toBeDefined();
    const third = world.create({ name: 'mine' });
    await expect(third).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect(await runWorkflow(world, second)).not.toHaveProperty('error');
  });

  test('C40 given the end is written between reading and writing, when another end comes, then the first one stands', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    await Promise.all([
      finishOperation(world.ops, { operationId: id, error: 'Forbidden' }),
      finishOperation(world.ops, { operationId: id, error: 'ScopeMissing' }),
    ]);
    const { error } = await status(world, id);
    expect(new Set(world.events.map((event) => event.error?.code))).toEqual(new Set([error?.code]));
  });
});

describe('after a failure', () => {
  test('given nothing was said, when it failed, then the repository is kept and told of', async () => {
    const world = await newWorld();
    expect(await failed(world, {})).toMatchObject({
      status: 'failed',
      error: {
        code: 'ImportFailed',
        reason: 'Source gone',
        step: 'pollImportStatus',
        remedy: /\w/,
      },
      leftBehind: { fullName: 'example/mine' },
    });
    expect(world.host.find('example/mine')).toBeDefined();
    expect(world.events).toMatchObject([
      { type: 'repository.failed', repository: { fullName: 'example/mine' } },
    ]);
  });

  test('given delete was asked for, when it failed, then the repository is gone and the name is free', async () => {
    const world = await newWorld();
    const operation = await failed(world, { onFailure: 'delete' });
    expect(operation.leftBehind).toBeUndefined();
    expect(world.host.find('example/mine')).toBeUndefined();
    expect(await world.create({ name: 'mine' })).toMatchObject({ status: 'pending' });
  });

  test('given another repository stands there by now, when delete was asked for, then it is not touched', async () => {
    const world = await newWorld();
    world.host.before('readiness', () => {
      world.host.repositories.pop();
      world.host.add({ owner: 'example', name: 'mine', readiness: world.host.newReadiness });
    });
    await failed(world, { onFailure: 'delete' });
    expect(world.host.find('example/mine')).toBeDefined();
    expect(world.host.seen.delete).toBe(0);
  });

  test('given only its circumstances say that it is ours, when delete was asked for, then it is kept', async () => {
    const world = await newWorld(unmarked);
    world.host.fail('create', 'lose-answer');
    const operation = await failed(world, {
      template: 'templates/starter',
      strategy: 'fork',
      onFailure: 'delete',
    });
    expect(operation.leftBehind).toMatchObject({ fullName: 'example/mine' });
    expect(world.host.seen.delete).toBe(0);
  });

  test('given the creating call never answered but worked, when it failed, then the repository is found and told of', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine' });
    world.host.fail('create', 'lose-answer');
    await createEmptyRepo(world.ops, { operationId: operation.id });
    await finishOperation(world.ops, { operationId: operation.id, error: 'ProviderTimeout' });
    expect(await status(world, operation.id)).toMatchObject({
      error: { code: 'ProviderTimeout', step: 'createEmptyRepo' },
      leftBehind: { fullName: 'example/mine' },
    });
  });

  test('given the host cannot be reached to delete, when finished, then the end is told of and the deletion is tried again', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine', onFailure: 'delete' });
    await createEmptyRepo(world.ops, { operationId: id });
    world.host.fail('delete', { status: 503 });
    const end = { operationId: id, error: 'ImportFailed' };
    await expect(finishOperation(world.ops, end)).rejects.toMatchObject({ retryable: true });
    expect(world.events).toHaveLength(1);
    await finishOperation(world.ops, end);
    expect(world.host.find('example/mine')).toBeUndefined();
    expect(world.events).toHaveLength(1);
  });

  test.each([
    ['States.Timeout', { code: 'ProviderTimeout', reason: 'step_timed_out' }],
    ['Runtime.ExitError', { code: 'InternalError', reason: 'step_ended_without_record' }],
    ['constructor', { code: 'InternalError' }],
    ['RateLimited', { code: 'RateLimited' }],
  ])(
    'given a step ended with %s and recorded nothing, when finished, then the error says so',
    async (error, recorded) => {
      const world = await newWorld();
      const { id } = await world.create({ name: 'mine' });
      await finishOperation(world.ops, { operationId: id, error });
      expect(await status(world, id)).toMatchObject({ status: 'failed', error: recorded });
    },
  );
});

describe('the event', () => {
  test('given it could not be published, when finished again, then it is, and only then', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    const emit = () => Promise.reject(Object.assign(new Error('down'), { $metadata: {} }));
    await expect(
      finishOperation({ ...world.ops, emit }, { operationId: id, error: 'Forbidden' }),
    ).rejects.toMatchObject({ retryable: true });
    await finishOperation(world.ops, { operationId: id, error: 'Forbidden' });
    await finishOperation(world.ops, { operationId: id, error: 'Forbidden' });
    expect(world.events).toMatchObject([
      { type: 'repository.failed', error: { code: 'Forbidden' } },
    ]);
  });
});
