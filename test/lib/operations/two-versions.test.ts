import { expect, test } from 'vitest';
import { getOperation, listOperations } from '../../../lib/operations/read.ts';
import { operationKey } from '../../../lib/operations/record.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { runWorkflow } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
type World = Awaited<ReturnType<typeof newWorld>>;

/** Changes an operation's record as a version would that comes after this one. */
async function asNextVersion(world: World, id: string, change: Record<string, unknown>) {
  const key = operationKey(id);
  if (key === undefined) throw new Error('no key');
  const item = await world.table.get(key);
  await world.table.put({ ...item, ...key, ...change });
}

const unknownStep = { name: 'renderTemplate', state: 'skipped', startedAt: 1 };

test.each([
  [
    'a step and its state',
    { steps: [unknownStep] },
    { steps: [{ name: 'renderTemplate', state: 'skipped' }] },
  ],
  ['a status', { status: 'paused' }, { status: 'paused' }],
  [
    'an error code',
    { status: 'failed', error: { code: 'QuotaExceeded', step: 'forkRepo' } },
    { status: 'failed', error: { code: 'QuotaExceeded', remedy: expect.any(String) } },
  ],
])(
  'given %s of the next version, when read and listed, then it is shown as it stands, among the others',
  async (_, stored, shown) => {
    const world = await newWorld();
    const { id: plain } = await world.create({ name: 'plain' });
    const { id } = await world.create({ name: 'newer' });
    await asNextVersion(world, id, stored);
    expect(await getOperation(world.ops, world.partition, id)).toMatchObject(shown);
    const { items } = await listOperations(world.ops, world.partition, {});
    expect(items.find((each) => each.id === id)).toMatchObject(shown);
    expect(items.find((each) => each.id === plain)).toMatchObject({ status: 'pending' });
  },
);

test('given a status of the next version, when this version meets it past its deadline or in a step, then it leaves it alone', async () => {
  const world = await newWorld();
  const { id, deadline } = await world.create({ name: 'newer' });
  await asNextVersion(world, id, { status: 'paused' });
  world.clock = Date.parse(deadline) + 3_600_000;
  expect(await getOperation(world.ops, world.partition, id)).toMatchObject({ status: 'paused' });
  await expect(createEmptyRepo(world.ops, { operationId: id })).rejects.toMatchObject({
    details: { reason: 'operation_ended' },
  });
  expect(world.host.repositories).toHaveLength(1);
  expect(world.events).toEqual([]);
});

test('given a record that the next version began with more in it, when the steps of this version end it, then nothing of it is lost', async () => {
  const world = await newWorld();
  const operation = await world.create({ name: 'mixed' });
  await asNextVersion(world, operation.id, { rendering: { ref: 'v2' } });
  await runWorkflow(world, operation);
  const after = await getOperation(world.ops, world.partition, operation.id);
  expect(after).toMatchObject({ status: 'succeeded' });
  expect(after).not.toHaveProperty('rendering');
  const key = operationKey(operation.id);
  expect(key && (await world.table.get(key))).toMatchObject({ rendering: { ref: 'v2' } });
});
