import { expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { getOperation } from '../../../lib/operations/read.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const look = (world: World, id: string) => getOperation(world.ops, world.partition, id);

test('given an operation that has ended, when one of its steps comes late, then it is refused and the host is asked nothing', async () => {
  const world = await newWorld();
  const { id } = await world.create({ name: 'mine' });
  await finishOperation(world.ops, { operationId: id, error: 'Forbidden' });
  const ended = await look(world, id);
  await expect(createEmptyRepo(world.ops, { operationId: id })).rejects.toMatchObject({
    code: 'Forbidden',
  });
  expect(world.host.seen.find).toBe(0);
  expect(await look(world, id)).toEqual(ended);
});

test('given an operation that ended while a step was at work, when the step fails, then what the end says of itself stays', async () => {
  const world = await newWorld();
  const { id } = await world.create({ name: 'mine' });
  const hostDone = Promise.withResolvers<never>();
  const late = createEmptyRepo(
    { ...world.ops, useConnection: () => hostDone.promise },
    { operationId: id },
  );
  await expect.poll(async () => (await look(world, id)).status).toBe('running');
  await finishOperation(world.ops, { operationId: id, error: 'ScopeMissing' });
  const ended = await look(world, id);
  hostDone.reject(new ForgebridgeError('Forbidden', { reason: 'too_late' }));
  await expect(late).rejects.toMatchObject({ code: 'Forbidden' });
  expect(await look(world, id)).toEqual(ended);
});

test('given an operation that failed before there was a repository, when it has ended, then nobody holds its name', async () => {
  const world = await newWorld();
  const { id } = await world.create({ name: 'mine' });
  world.host.fail('create', { status: 403 });
  await createEmptyRepo(world.ops, { operationId: id }).catch(() => {});
  const record = await world.ops.store.read(id);
  if (record === undefined) throw new Error('the operation is recorded');
  expect(await world.ops.store.holds(record)).toBe(true);
  await finishOperation(world.ops, { operationId: id, error: 'Forbidden' });
  expect(await world.ops.store.holds(record)).toBe(false);
});

test('given files that cannot be kept, when a repository is asked for, then no operation waits for them', async () => {
  const world = await newWorld();
  const { store } = world.ops;
  const addFiles = () => Promise.reject(new Error('the table is full'));
  Object.assign(world.ops, { store: { ...store, addFiles } });
  const files = [{ path: 'a', text: 'b' }];
  await expect(world.create({ name: 'mine', files })).rejects.toThrow('the table is full');
  expect((await store.list(world.partition, 9)).records).toEqual([]);
});
