import { describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { getOperation } from '../../../lib/operations/read.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { forkRepo } from '../../../lib/operations/steps/fork-repo.ts';
import { capability } from '../../../lib/providers/provider.ts';
import { runWorkflow, type World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const unmarked = { marks: ['create', 'generate'] as const };
const taken = { owner: 'example', name: 'mine' };
const empty = { owner: 'templates', name: 'empty' };
const pending = { state: 'pending', detail: 'empty' } as const;

/** Creates an operation and runs its workflow to the end. */
async function ended(world: World, body: Record<string, unknown>) {
  const { id, strategy } = await world.create({ name: 'mine', ...body });
  await runWorkflow(world, { id, strategy });
  return getOperation(world.ops, world.partition, id);
}

describe('what only a token can tell', () => {
  test.each([
    ['an unknown namespace', { namespace: 'strangers' }, 'InvalidInput', 'namespace_not_reached'],
    ['no such template', { template: 'templates/none' }, 'NotFound', 'template_not_found'],
    [
      'a template without commits',
      { template: 'templates/empty' },
      'InvalidInput',
      'template_without_commits',
    ],
    ['a taken name', {}, 'AlreadyExists', 'name_taken'],
  ])(
    'given %s, when run, then the operation ends failed with that, nothing is created and the name is free',
    async (_, body, code, reason) => {
      const world = await newWorld();
      world.host.add({ ...empty, readiness: pending });
      if (reason === 'name_taken') world.host.add(taken);
      const before = [...world.host.repositories];
      const operation = await ended(world, { ...body, onFailure: 'delete' });
      expect(operation).toMatchObject({
        status: 'failed',
        error: { code, reason, remedy: expect.stringMatching(/\w+ \w+/) },
      });
      expect(operation.steps).toHaveLength(1);
      expect(operation.leftBehind).toBeUndefined();
      expect(world.host.repositories).toEqual(before);
      expect(world.host.seen).toMatchObject({ create: 0, delete: 0 });
      expect(world.events).toMatchObject([{ type: 'repository.failed', error: { code, reason } }]);
      expect(await world.create({ name: 'mine' })).toMatchObject({ status: 'pending' });
    },
  );

  test('given a taken name, when run, then the error suggests names that are free', async () => {
    const world = await newWorld();
    for (const name of ['mine', 'mine-2']) world.host.add({ owner: 'example', name });
    const { error } = await ended(world, {});
    expect(error?.suggestions).toEqual(['mine-1', 'mine-3', 'mine-4']);
  });

  test('given an app that does not reach the namespace, when run, then its installation is required, with the link', async () => {
    const installUrl = 'https://host.example/apps/app/installations/new';
    const world = await newWorld({ installUrl });
    expect(await ended(world, { namespace: 'strangers' })).toMatchObject({
      status: 'failed',
      error: { code: 'InstallationRequired', installUrl, remedy: /strangers/ },
    });
    expect(world.host.seen.create).toBe(0);
  });

  test('given the connection broke since, when run, then the operation fails with that and nothing is created', async () => {
    const world = await newWorld();
    const refused = new ForgebridgeError('ReconnectRequired', { reason: 'invalid_grant' });
    Object.assign(world.ops, { useConnection: () => Promise.reject(refused) });
    expect(await ended(world, {})).toMatchObject({
      status: 'failed',
      error: { code: 'ReconnectRequired', reason: 'invalid_grant', step: 'createEmptyRepo' },
    });
    expect(world.host.repositories).toHaveLength(1);
  });

  test('given other letters than the host writes, when run, then the operation bears its spelling', async () => {
    const world = await newWorld(unmarked);
    const wish = { namespace: 'TEAM', template: 'Templates/STARTER', strategy: 'fork' };
    const operation = await world.create({ name: 'mine', ...wish });
    expect(operation.fullName).toBe('TEAM/mine');
    await forkRepo(world.ops, { operationId: operation.id });
    const after = await getOperation(world.ops, world.partition, operation.id);
    expect(after.fullName).toBe('team/mine');
    expect(world.host.find('team/mine')?.parent).toBe('templates/starter');
  });

  test('given a host that leads the name on to where a repository went, when run, then the name is free', async () => {
    const world = await newWorld();
    const { useConnection } = world.ops;
    const moved = world.host.add({ owner: 'example', name: 'new' });
    Object.assign(world.ops, {
      useConnection: ((ref, purpose, use) =>
        useConnection(ref, purpose, (access, provider) => {
          const creation = capability(provider, 'creation');
          return use(access, {
            ...provider,
            creation: {
              ...creation,
              findRepository: async (by, name) =>
                (await creation.findRepository(by, name)) ??
                creation.findRepository(by, 'example/new'),
            },
          });
        })) as typeof useConnection,
    });
    expect(await ended(world, {})).toMatchObject({ status: 'succeeded' });
    expect(world.host.find('example/mine')?.id).not.toBe(moved.id);
  });
});

describe('once passed', () => {
  test('given the step dies behind it, when it runs again, then it is not asked again, whatever changed', async () => {
    const world = await newWorld(unmarked);
    const wish = { name: 'mine', template: 'templates/starter', strategy: 'fork' };
    const input = { operationId: (await world.create(wish)).id };
    world.host.fail('create', 'lose-request');
    expect(await forkRepo(world.ops, input)).toMatchObject({ state: 'again' });
    world.clock += 60_000;
    const { find, readiness } = world.host.seen;
    world.host.repositories.pop();
    await forkRepo(world.ops, input);
    // One look for what the call before may have made.
    expect(world.host.seen).toMatchObject({ find: find + 1, readiness, create: 2 });
    expect(world.host.find('example/mine')).toBeDefined();
  });

  test('given trouble at the host, when it passes, then the preflight is made and the operation succeeds', async () => {
    const world = await newWorld();
    const { id, strategy } = await world.create({ name: 'mine' });
    world.host.fail('find', ...[503, 503, 503].map((status) => ({ status })));
    expect(await createEmptyRepo(world.ops, { operationId: id })).toMatchObject({ state: 'again' });
    expect((await world.ops.store.read(id))?.preflight).toBeUndefined();
    expect(await runWorkflow(world, { id, strategy })).not.toHaveProperty('error');
  });

  test('C43 given another run of the same step creates meanwhile, when this one finds the name taken, then it adopts', async () => {
    const world = await newWorld();
    const input = { operationId: (await world.create({ name: 'mine' })).id };
    world.host.before('find', async () => void (await createEmptyRepo(world.ops, input)));
    await createEmptyRepo(world.ops, input);
    expect(world.host.seen.create).toBe(1);
    expect((await world.ops.store.read(input.operationId))?.repository).toMatchObject({
      id: world.host.find('example/mine')?.id,
      proved: true,
    });
  });
});
