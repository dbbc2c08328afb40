import { describe, expect, test } from 'vitest';
import { cancelOperation, getOperation } from '../../../lib/operations/read.ts';
import { commitFiles } from '../../../lib/operations/steps/commit-files.ts';
import { configureRepo } from '../../../lib/operations/steps/configure-repo.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { pollImportStatus } from '../../../lib/operations/steps/poll-import-status.ts';
import { runWorkflow, type World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const notFound = Array.from({ length: 6 }, () => ({ status: 404 }));

/** An operation whose repository is created and ready, with one file to commit. */
async function readyOperation(world: World, body: Record<string, unknown> = {}) {
  const { id } = await world.create({
    name: 'mine',
    files: [{ path: 'a', text: 'hello' }],
    ...body,
  });
  await createEmptyRepo(world.ops, { operationId: id });
  await pollImportStatus(world.ops, { operationId: id });
  return { operationId: id };
}

describe('a whole workflow', () => {
  test('given a template, when it runs, then the repository is ready, configured, seeded and told of', async () => {
    const world = await newWorld();
    const operation = await world.create({
      template: 'templates/starter',
      name: 'mine',
      description: 'A service',
      ci: true,
      files: [{ path: 'ci.yml', text: 'name: {{name}} of {{owner}}' }],
      labels: { order: '4711' },
    });
    world.host.newReadiness = { state: 'ready', defaultBranch: 'trunk' };
    expect(await runWorkflow(world, operation)).not.toHaveProperty('error');
    expect(await getOperation(world.ops, world.partition, operation.id)).toMatchObject({
      status: 'succeeded',
      progress: 100,
      result: { fullName: 'example/mine', defaultBranch: 'trunk' },
      steps: [
        { name: 'generateFromTemplate', state: 'succeeded' },
        { name: 'pollImportStatus', state: 'succeeded' },
        { name: 'configureRepo', state: 'succeeded' },
        { name: 'commitFiles', state: 'succeeded' },
      ],
    });
    expect(world.host.find('example/mine')).toMatchObject({
      description: 'A service',
      settings: { ci: true },
      commits: [{ 'ci.yml': Buffer.from('name: mine of example').toString('base64') }],
    });
    expect(world.events).toMatchObject([
      { type: 'repository.succeeded', operationId: operation.id, labels: { order: '4711' } },
    ]);
  });

  test('given every step twice, when it runs, then the outcome is the same and there is one commit', async () => {
    const world = await newWorld();
    const input = await readyOperation(world);
    for (const step of [
      createEmptyRepo,
      pollImportStatus,
      configureRepo,
      configureRepo,
      commitFiles,
      commitFiles,
    ]) {
      await step(world.ops, input);
    }
    expect(world.host.find('example/mine')?.commits).toHaveLength(1);
    expect(world.host.seen.create).toBe(1);
  });
});

describe('looking at an import', () => {
  test('given it goes on, when looked at, then the wait grows with the time and ends at the deadline', async () => {
    const world = await newWorld();
    world.host.newReadiness = { state: 'pending', detail: 'started' };
    const { id } = await world.create({ name: 'mine', deadlineMinutes: 2 });
    await createEmptyRepo(world.ops, { operationId: id });
    const begin = world.clock;
    const waits: number[] = [];
    for (const at of [0, 20, 50, 110]) {
      world.clock = begin + at * 1000;
      waits.push((await pollImportStatus(world.ops, { operationId: id })).waitSeconds);
    }
    expect(waits).toEqual([2, 4, 10, 10]);
  });

  test('given the host does not know the new repository yet, when looked at, then it is pending for a minute and an error after', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    await createEmptyRepo(world.ops, { operationId: id });
    world.host.repositories.pop();
    expect(await pollImportStatus(world.ops, { operationId: id })).toMatchObject({
      state: 'pending',
    });
    world.clock += 61_000;
    await expect(pollImportStatus(world.ops, { operationId: id })).rejects.toMatchObject({
      code: 'NotFound',
    });
  });
});

describe('settling', () => {
  test.each([
    ['configure', configureRepo, { description: 'A service' }],
    ['commit', commitFiles, {}],
  ] as const)(
    'given the host answers 404 and a conflict at first, when %s runs, then it waits a little and succeeds',
    async (route, step, body) => {
      const world = await newWorld();
      const input = await readyOperation(world, body);
      world.host.fail(route, { status: 404 }, { status: 503 }, { status: 404 });
      await step(world.ops, input);
      expect(world.slept).toEqual([500, 1000, 2000]);
    },
  );

  test('given it never settles, when tried, then it ends after five tries with the last failure on the record', async () => {
    const world = await newWorld();
    const input = await readyOperation(world);
    world.host.fail('commit', ...notFound);
    await expect(commitFiles(world.ops, input)).rejects.toMatchObject({ code: 'NotFound' });
    expect(world.host.seen.commit).toBe(5);
    const record = await world.ops.store.read(input.operationId);
    expect(record?.error).toMatchObject({ code: 'NotFound', step: 'commitFiles' });
  });

  test('given a refusal, when tried, then it is not tried again', async () => {
    const world = await newWorld();
    const input = await readyOperation(world);
    world.host.fail('commit', { status: 403 });
    await expect(commitFiles(world.ops, input)).rejects.toMatchObject({ code: 'Forbidden' });
    expect(world.host.seen.commit).toBe(1);
  });
});

describe('committing', () => {
  test('given no files, when committed, then nothing is asked of the host', async () => {
    const world = await newWorld();
    const input = await readyOperation(world, { files: [] });
    expect(await commitFiles(world.ops, input)).toMatchObject({ state: 'committed' });
    expect(world.host.seen.commit).toBe(0);
  });
});

describe('configuring', () => {
  test('given nothing is asked and the visibility fits, when configured, then a fork is left as it is', async () => {
    const world = await newWorld({ marks: [] });
    const input = await readyOperation(world);
    expect(await configureRepo(world.ops, input)).toEqual({ configured: false });
    expect(world.host.seen.configure).toBe(0);
  });

  test('given the repository came with another visibility, when configured, then it gets the one asked for', async () => {
    const world = await newWorld({ marks: [] });
    const { id } = await world.create({ name: 'mine' });
    const { ops } = world;
    await createEmptyRepo(ops, { operationId: id });
    await ops.store.change(
      id,
      (record) =>
        record.repository && {
          ...record,
          repository: { ...record.repository, visibility: 'public' },
        },
    );
    await configureRepo(ops, { operationId: id });
    expect(world.host.find('example/mine')?.visibility).toBe('private');
    expect(world.host.seen.configure).toBe(1);
  });

  test('given no description, when configured, then the mark of the operation is gone', async () => {
    const world = await newWorld();
    const input = await readyOperation(world);
    expect(world.host.find('example/mine')?.description).toContain(input.operationId);
    await configureRepo(world.ops, input);
    expect(world.host.find('example/mine')?.description).toBe('');
  });
});

describe('a failing step', () => {
  test('given the table cannot be reached, when a step runs, then the failure is one the workflow retries', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    const unreachable = Object.assign(new Error('throttled'), { $metadata: {} });
    const store = { ...world.ops.store, change: () => Promise.reject(unreachable) };
    await expect(
      createEmptyRepo({ ...world.ops, store }, { operationId: id }),
    ).rejects.toMatchObject({
      name: 'ProviderUnavailable',
      retryable: true,
    });
  });

  test('given a host in trouble, when read, then the step goes on later and says why, and nothing of it is left once it worked', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.fail('create', { status: 500 });
    expect(await createEmptyRepo(world.ops, { operationId: id })).toMatchObject({ state: 'again' });
    const kept = await getOperation(world.ops, world.partition, id);
    expect(kept).toMatchObject({
      status: 'running',
      steps: [{ state: 'running' }],
      waiting: { code: 'ProviderUnavailable', until: expect.stringMatching(/Z$/) },
    });
    world.clock += 60_000;
    await createEmptyRepo(world.ops, { operationId: id });
    const after = await getOperation(world.ops, world.partition, id);
    expect(after).toMatchObject({ steps: [{ name: 'createEmptyRepo', state: 'succeeded' }] });
    expect(after.waiting).toBeUndefined();
  });

  test('given the deadline has passed, when the creating step comes late, then nothing is created', async () => {
    const world = await newWorld();
    const { id, deadline } = await world.create({ name: 'mine' });
    world.clock = Date.parse(deadline);
    await expect(createEmptyRepo(world.ops, { operationId: id })).rejects.toMatchObject({
      code: 'ImportTimedOut',
    });
    expect(world.host.seen.create).toBe(0);
  });
});

describe('cancelling', () => {
  test('given a waiting operation, when cancelled, then it stops at its next step and its repository is kept', async () => {
    const world = await newWorld();
    world.host.newReadiness = { state: 'pending', detail: 'started' };
    const operation = await world.create({ name: 'mine' });
    world.host.before('readiness', async () => {
      const asked = await cancelOperation(world.ops, world.partition, operation.id);
      expect(asked).toMatchObject({ status: 'running', cancelRequested: true });
    });
    const { error } = await runWorkflow(world, operation);
    expect(error).toBe('Cancelled');
    expect(world.host.seen.readiness).toBe(1);
    expect(await getOperation(world.ops, world.partition, operation.id)).toMatchObject({
      status: 'cancelled',
      error: { code: 'Cancelled' },
      leftBehind: { fullName: 'example/mine' },
    });
    expect(world.events).toMatchObject([{ type: 'repository.cancelled' }]);
  });

  test('given one that ended, when cancelled, then it stays as it is', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine' });
    await runWorkflow(world, operation);
    const before = await getOperation(world.ops, world.partition, operation.id);
    expect(await cancelOperation(world.ops, world.partition, operation.id)).toEqual(before);
  });

  test('given one that was never started, when cancelled, then nothing is created', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine' });
    await cancelOperation(world.ops, world.partition, operation.id);
    expect(world.started).toEqual([world.started[0], world.started[0]]);
    await runWorkflow(world, operation);
    expect(await getOperation(world.ops, world.partition, operation.id)).toMatchObject({
      status: 'cancelled',
    });
    expect(world.host.seen.create).toBe(0);
  });
});
