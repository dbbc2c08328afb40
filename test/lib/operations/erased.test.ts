import { expect, test } from 'vitest';
import { conclude } from '../../../lib/operations/end.ts';
import { executionName } from '../../../lib/operations/execution.ts';
import { getOperation } from '../../../lib/operations/read.ts';
import { operationKey } from '../../../lib/operations/record.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();

/** An operation that is erased with its subject, and another under the same key. */
async function erasedAndAgain(world: World) {
  const before = await world.create({ name: 'mine' }, 'key');
  const key = operationKey(before.id);
  if (key === undefined) throw new Error('it has a key');
  await world.table.delete(key);
  world.clock += 3_600_000;
  const after = await world.create({ name: 'mine' }, 'key');
  expect(after.id).toBe(before.id);
  return { id: before.id, before: executionName(born(before)), after: executionName(born(after)) };
}

function born({ id, createdAt }: { id: string; createdAt: string }) {
  return { id, createdAt: Date.parse(createdAt) };
}

test('given an operation that was erased, when its key comes again, then it is started under a name that nothing had before', async () => {
  const world = await newWorld();
  const { before, after } = await erasedAndAgain(world);
  expect(world.started).toEqual([before, after]);
  expect(after).not.toBe(before);
  expect(after).toMatch(/^[\w-]{1,80}$/);
});

test('given the workflow of an erased operation, when it goes on, then it neither acts for the one that came after it nor ends it', async () => {
  const world = await newWorld();
  const { id, before, after } = await erasedAndAgain(world);
  const late = { operationId: id, execution: before };
  await expect(createEmptyRepo(world.ops, late)).rejects.toMatchObject({ code: 'NotFound' });
  await expect(finishOperation(world.ops, { ...late, error: 'NotFound' })).rejects.toMatchObject({
    code: 'NotFound',
  });
  expect(world.host.seen.create).toBe(0);
  await createEmptyRepo(world.ops, { operationId: id, execution: after });
  expect(world.host.seen.create).toBe(1);
  expect(await getOperation(world.ops, world.partition, id)).toMatchObject({ status: 'running' });
});

test('given a step at work while its operation is erased and asked for again, when it has something to keep, then the next one does not get it', async () => {
  const world = await newWorld();
  const { id } = await world.create({ name: 'mine' }, 'key');
  const atWork = await world.ops.store.read(id);
  await world.table.delete(operationKey(id) ?? { pk: '', sk: '' });
  world.clock += 500;
  await world.create({ name: 'mine' }, 'key');
  const kept = world.ops.store.change(atWork ?? id, (record) => ({ ...record, creatingCalls: 9 }));
  await expect(kept).rejects.toMatchObject({
    code: 'NotFound',
    details: { reason: 'operation_erased' },
  });
  expect((await world.ops.store.read(id))?.creatingCalls).toBe(0);
});

test('given the end of an operation is being looked for while it is erased and asked for again, when it is found, then the next one goes on', async () => {
  const world = await newWorld();
  const { id } = await world.create({ name: 'mine' }, 'key');
  const atWork = await world.ops.store.read(id);
  if (atWork === undefined) throw new Error('it stands');
  await world.table.delete(operationKey(id) ?? { pk: '', sk: '' });
  world.clock += 500;
  await world.create({ name: 'mine' }, 'key');
  await expect(conclude(world.ops, atWork, () => ({ status: 'failed' }))).rejects.toMatchObject({
    code: 'NotFound',
  });
  expect(await getOperation(world.ops, world.partition, id)).toMatchObject({ status: 'pending' });
});

test('given a workflow that a version before started under the id alone, when it goes on, then it acts', async () => {
  const world = await newWorld();
  const { id } = await world.create({ name: 'mine' });
  await createEmptyRepo(world.ops, { operationId: id, execution: id });
  expect(world.host.find('example/mine')).toBeDefined();
});
