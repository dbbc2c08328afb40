import { describe, expect, test } from 'vitest';
import { getOperation } from '../../../lib/operations/read.ts';
import { markOf } from '../../../lib/operations/record.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { forkRepo } from '../../../lib/operations/steps/fork-repo.ts';
import { capability } from '../../../lib/providers/provider.ts';
import { runWorkflow, type World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const unmarked = { marks: ['create', 'generate'] as const };
const fork = { template: 'templates/starter', strategy: 'fork', name: 'mine' };

/** All repositories but the template. */
function made(world: World) {
  return world.host.repositories.filter(({ owner }) => owner !== 'templates');
}

function status(world: World, id: string) {
  return getOperation(world.ops, world.partition, id);
}

describe('C41 a lost reply', () => {
  test.each([
    ['create', { name: 'mine' }, {}],
    ['generate', { name: 'mine', template: 'templates/starter' }, {}],
    ['fork with a mark', fork, { marks: ['fork'] as const }],
    ['fork without a mark', fork, unmarked],
  ])(
    'C41 given the reply to %s is lost three times, when run, then there is exactly one repository and the operation succeeds',
    async (_, body, options) => {
      const world = await newWorld(options);
      const operation = await world.create(body);
      world.host.fail('create', 'lose-request', 'lose-answer', 'lose-answer');
      const { error } = await runWorkflow(world, operation);
      expect(error).toBeUndefined();
      expect(made(world)).toHaveLength(1);
      expect(await status(world, operation.id)).toMatchObject({ status: 'succeeded' });
      expect(made(world)[0]?.description).not.toContain(operation.id);
    },
  );

  test('C41 given the step died before it recorded the result, when it runs again, then it adopts and creates nothing', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    const { store } = world.ops;
    let writes = 0;
    const dying = {
      ...world.ops,
      store: {
        ...store,
        change: (...args: Parameters<typeof store.change>) => {
          writes += 1;
          // Begin, preflight and intent are recorded; the result is not.
          return writes > 3 ? Promise.reject(new Error('killed')) : store.change(...args);
        },
      },
    };
    await expect(createEmptyRepo(dying, { operationId: id })).rejects.toThrow();
    expect(made(world)).toHaveLength(1);
    await createEmptyRepo(world.ops, { operationId: id });
    expect(world.host.seen.create).toBe(1);
    expect((await store.read(id))?.repository).toMatchObject({
      id: made(world)[0]?.id,
      proved: true,
    });
  });

  test('C41 given the repository shows only after the second call was refused, when run, then it is found and adopted', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.fail('create', 'lose-request');
    expect(await createEmptyRepo(world.ops, { operationId: id })).toMatchObject({ state: 'again' });
    world.clock += 60_000;
    // The first call, late at the host, wins over the second one.
    world.host.before('create', () => {
      world.host.add({ owner: 'example', name: 'mine', description: markOf(id) });
      world.host.fail('find', { status: 404 }, { status: 404 });
    });
    await createEmptyRepo(world.ops, { operationId: id });
    expect(made(world)).toHaveLength(1);
    expect((await world.ops.store.read(id))?.repository).toMatchObject({ proved: true });
  });

  test('given the result is recorded, when the step runs again, then nothing is asked of the host', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    await createEmptyRepo(world.ops, { operationId: id });
    const seen = { ...world.host.seen };
    await createEmptyRepo(world.ops, { operationId: id });
    expect(world.host.seen).toEqual(seen);
  });
});

describe("C42 a stranger's repository", () => {
  test('C42 given it appears between preflight and creating, when run, then it exists already and is untouched', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine', onFailure: 'delete' });
    world.host.before('find', () => {
      // The look behind the one of the preflight.
      world.host.before('find', () => {
        world.host.add({ owner: 'example', name: 'mine', description: 'theirs' });
      });
    });
    const { error } = await runWorkflow(world, operation);
    expect(error).toBe('AlreadyExists');
    expect(made(world)).toMatchObject([{ description: 'theirs' }]);
    expect(world.host.seen).toMatchObject({ find: 2, create: 0, delete: 0 });
    expect(await status(world, operation.id)).toMatchObject({
      status: 'failed',
      error: { code: 'AlreadyExists', step: 'createEmptyRepo' },
    });
  });

  test.each([
    ['of another mark', { description: 'forgebridge operation x' }, {}, { name: 'mine' }],
    ['with another parent', { parent: 'templates/other' }, unmarked, fork],
    ['without a parent', {}, unmarked, fork],
    ['older than the intent', { parent: 'templates/starter', createdAt: 0 }, unmarked, fork],
  ])(
    'C42 given one %s appears after a lost request, when run again, then it is not adopted',
    async (_, stranger, options, body) => {
      const world = await newWorld(options);
      const operation = await world.create({ ...body, onFailure: 'delete' });
      world.host.fail('create', 'lose-request');
      world.host.before(
        'create',
        () => void world.host.add({ owner: 'example', name: 'mine', ...stranger }),
      );
      const { error } = await runWorkflow(world, operation);
      expect(error).toBe('AlreadyExists');
      expect(made(world)).toHaveLength(1);
      expect(world.host.seen.delete).toBe(0);
    },
  );

  test('C42 given the host answers a fork with the one that stands elsewhere, when run, then it is not taken for ours', async () => {
    const world = await newWorld(unmarked);
    const operation = await world.create(fork);
    world.host.before('create', () => {
      const { find } = world.host;
      expect(find('example/mine')).toBeUndefined();
    });
    const { ops } = world;
    const elsewhere = {
      ...ops,
      useConnection: ((ref, purpose, use) =>
        ops.useConnection(ref, purpose, (access, provider) => {
          const creation = capability(provider, 'creation');
          const forks = capability(creation, 'fork');
          return use(access, {
            ...provider,
            creation: {
              ...creation,
              fork: async (...args) => ({ ...(await forks(...args)), fullName: 'example/old' }),
            },
          });
        })) as typeof ops.useConnection,
    };
    await expect(forkRepo(elsewhere, { operationId: operation.id })).rejects.toMatchObject({
      code: 'AlreadyExists',
      details: { reason: 'fork_exists' },
    });
  });
});

describe('two operations for one name', () => {
  test.each([
    ['with marks', { marks: ['fork'] as const }],
    ['without marks', unmarked],
  ])(
    'given %s and lost replies, when both run at once, then one repository belongs to one of them',
    async (_, options) => {
      const world = await newWorld(options);
      const [one, two] = await Promise.all([world.create(fork), world.create(fork)]);
      world.host.fail('create', 'lose-answer', 'lose-answer');
      const runs = await Promise.all([runWorkflow(world, one), runWorkflow(world, two)]);
      expect(runs.filter(({ error }) => error === undefined)).toHaveLength(1);
      expect(runs.filter(({ error }) => error === 'AlreadyExists')).toHaveLength(1);
      expect(made(world)).toHaveLength(1);
    },
  );

  test('given one is under way, when another asks for its name in other letters, then it exists already', async () => {
    const world = await newWorld();
    const first = await world.create({ name: 'mine' });
    world.host.fail('create', 'lose-request');
    await createEmptyRepo(world.ops, { operationId: first.id });
    await expect(world.create({ name: 'MINE' })).rejects.toMatchObject({
      code: 'AlreadyExists',
      details: { reason: 'name_being_created' },
    });
  });

  test('given one ended and its repository was removed by hand, when another asks for the name, then it gets it', async () => {
    const world = await newWorld();
    const first = await world.create({ name: 'mine' });
    await runWorkflow(world, first);
    world.host.repositories.pop();
    const second = await world.create({ name: 'mine' });
    expect(await runWorkflow(world, second)).not.toHaveProperty('error');
    expect(made(world)).toHaveLength(1);
  });
});
