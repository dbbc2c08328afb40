import { describe, expect, test } from 'vitest';
import { cancelOperation } from '../../../lib/operations/read.ts';
import { markOf } from '../../../lib/operations/record.ts';
import { commitFiles } from '../../../lib/operations/steps/commit-files.ts';
import { configureRepo } from '../../../lib/operations/steps/configure-repo.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import { forkRepo } from '../../../lib/operations/steps/fork-repo.ts';
import { pollImportStatus } from '../../../lib/operations/steps/poll-import-status.ts';
import { runWorkflow } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const fork = { name: 'mine', template: 'templates/starter', strategy: 'fork' };
const minute = 60_000;

describe('whose a repository is', () => {
  test.each([1.5, 5])(
    'given a host whose clock is %f minutes behind and a fork whose answer was lost, when the step runs again, then it is ours',
    async (behind) => {
      const world = await newWorld({ marks: [] });
      const { id } = await world.create(fork);
      world.host.fail('create', 'lose-answer');
      await forkRepo(world.ops, { operationId: id });
      const made = world.host.find('example/mine');
      if (made === undefined) throw new Error('not made');
      made.createdAt -= behind * minute;
      world.clock += minute;
      expect(await forkRepo(world.ops, { operationId: id })).toMatchObject({ state: 'created' });
      expect(world.host.seen.create).toBe(1);
    },
  );

  test('given a fork that is half an hour older than the call, when it shows only now, then it is a stranger’s', async () => {
    const world = await newWorld({ marks: [] });
    const { id } = await world.create(fork);
    world.host.fail('create', 'lose-request');
    await forkRepo(world.ops, { operationId: id });
    const parent = 'templates/starter';
    const createdAt = world.clock - 30 * minute;
    world.host.add({ owner: 'example', name: 'mine', parent, createdAt });
    world.clock += minute;
    await expect(forkRepo(world.ops, { operationId: id })).rejects.toMatchObject({
      code: 'AlreadyExists',
    });
  });

  test('given two providers that are one host, when both are to get the same name, then one gets it', async () => {
    const world = await newWorld({ marks: [] });
    const first = await world.create(fork);
    const operation = await world.ops.store.read(first.id);
    await forkRepo(world.ops, { operationId: first.id });
    const { id: _, ...fields } = operation ?? { id: '' };
    expect(fields).toMatchObject({ host: world.host.url });
    const other = { ...(operation as NonNullable<typeof operation>), provider: 'another-id' };
    expect(await world.ops.store.reserve({ ...other, id: 'a'.repeat(44) })).toBe(false);
  });

  test('given an unmarked fork that the first call answered with, when the operation fails and is to delete, then it is left: the answer proves nothing', async () => {
    const world = await newWorld({ marks: [] });
    const { id } = await world.create({ ...fork, onFailure: 'delete' });
    await forkRepo(world.ops, { operationId: id });
    await finishOperation(world.ops, { operationId: id, error: 'ImportFailed' });
    expect(world.host.find('example/mine')).toBeDefined();
    expect(world.host.seen.delete).toBe(0);
  });

  test('given a fork of somebody’s that stood there all along and was not shown, which the host answers the first call with, when the step runs, then it is a stranger’s, and left', async () => {
    const world = await newWorld({ marks: [] });
    const { id } = await world.create({ ...fork, onFailure: 'delete' });
    world.host.answersStandingForks = true;
    world.host.before('create', () => {
      const createdAt = world.clock - 400 * 24 * 60 * minute;
      world.host.add({ owner: 'example', name: 'mine', parent: 'templates/starter', createdAt });
    });
    await expect(forkRepo(world.ops, { operationId: id })).rejects.toMatchObject({
      code: 'AlreadyExists',
      details: { reason: 'fork_exists' },
    });
    await finishOperation(world.ops, { operationId: id, error: 'AlreadyExists' });
    expect((await world.ops.store.read(id))?.repository).toBeUndefined();
    expect(world.host.find('example/mine')).toBeDefined();
    expect(world.host.seen.delete).toBe(0);
  });

  test('given an answer to the creating call that cannot be read, when the mark proves the repository, then it is ours', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine' });
    world.host.fail('create', 'garble-answer');
    expect(await runWorkflow(world, operation)).not.toHaveProperty('error');
    expect(world.host.repositories).toHaveLength(2);
  });

  test('given the account was renamed between two runs, when what the first one made stands under the new name, then it is ours', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.fail('create', 'lose-request');
    await createEmptyRepo(world.ops, { operationId: id });
    world.host.add({ owner: 'renamed', name: 'mine', description: markOf(id) });
    world.rename('renamed');
    world.clock += minute;
    expect(await createEmptyRepo(world.ops, { operationId: id })).toMatchObject({
      state: 'created',
    });
    expect(await world.ops.store.read(id)).toMatchObject({
      creatingCalls: 1,
      repository: { fullName: 'renamed/mine', proved: true },
    });
  });

  test('given the account was renamed between preflight and creation and the answer was lost, when the operation is cancelled, then what stands under the new name is told of', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.before('create', () => world.rename('renamed'));
    world.host.fail('create', 'lose-answer');
    await createEmptyRepo(world.ops, { operationId: id });
    // The host made it for the account, whatever that is called by now.
    const made = world.host.find('example/mine');
    if (made !== undefined) made.owner = 'renamed';
    await cancelOperation(world.ops, world.partition, id);
    await finishOperation(world.ops, { operationId: id, error: 'Cancelled' });
    expect(await world.ops.store.read(id)).toMatchObject({
      repository: { fullName: 'renamed/mine', proved: true },
    });
  });

  test('given an organisation that was renamed behind a creation whose answer was lost, when the step runs again, then what its old name leads on to is ours by the mark', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine', namespace: 'team' });
    world.host.fail('create', 'lose-answer');
    const { waitSeconds } = await createEmptyRepo(world.ops, { operationId: id });
    const made = world.host.find('team/mine');
    if (made !== undefined) made.owner = 'crew';
    world.host.formerNames.set('team/mine', 'crew/mine');
    world.clock += waitSeconds * 1_000;
    await createEmptyRepo(world.ops, { operationId: id });
    expect(world.host.seen.create).toBe(1);
    expect(await world.ops.store.read(id)).toMatchObject({ repository: { fullName: 'crew/mine' } });
  });

  test('given the account was renamed since the consent, when no namespace is asked for, then its own is found under the new name', async () => {
    const world = await newWorld();
    world.rename('renamed');
    const operation = await world.create({ name: 'mine' });
    expect(await runWorkflow(world, operation)).not.toHaveProperty('error');
    expect(world.host.find('renamed/mine')).toBeDefined();
  });
});

describe('ready only when it is', () => {
  test('given a host that keeps a fork public, when it was to be private, then it fails before any file is committed, and is told of', async () => {
    const world = await newWorld({ marks: [] });
    const files = [{ path: 'config/private.env', text: 'INTERNAL=1' }];
    const operation = await world.create({ ...fork, files });
    world.host.keepsForksPublic = true;
    expect(await runWorkflow(world, operation)).toMatchObject({ error: 'Unsupported' });
    expect(world.host.seen.commit).toBe(0);
    expect(await world.ops.store.read(operation.id)).toMatchObject({
      status: 'failed',
      error: { code: 'Unsupported', reason: 'visibility_not_applied', step: 'configureRepo' },
      repository: { fullName: 'example/mine' },
    });
  });

  test('given a step that has not done its work, when the operation is finished as if it had, then it is not said to have succeeded', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    const input = { operationId: id };
    await createEmptyRepo(world.ops, input);
    await pollImportStatus(world.ops, input);
    await configureRepo(world.ops, input);
    await expect(finishOperation(world.ops, input)).rejects.toMatchObject({
      code: 'InternalError',
      details: { reason: 'steps_not_done' },
    });
    await commitFiles(world.ops, input);
    expect(await finishOperation(world.ops, input)).toMatchObject({ state: 'ended' });
    expect(await world.ops.store.read(id)).toMatchObject({ status: 'succeeded' });
  });
});
