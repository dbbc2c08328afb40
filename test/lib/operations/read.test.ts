import { describe, expect, test } from 'vitest';
import { executionName } from '../../../lib/operations/execution.ts';
import { cancelOperation, getOperation, listOperations } from '../../../lib/operations/read.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { runWorkflow } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();

describe('C43 starting', () => {
  test('C43 given an operation that was started, when it is started again, then it is the same execution by name and input', async () => {
    const world = await newWorld();
    const { id, createdAt } = await world.create({ name: 'mine' });
    world.clock += 6_000;
    await getOperation(world.ops, world.partition, id);
    const name = executionName({ id, createdAt: Date.parse(createdAt) });
    expect(world.started).toEqual([name, name]);
    expect(id).toMatch(/^[\w-]{44}$/);
  });

  test('C43 given it was just started, or is at work, when read, then it is not started again', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    await getOperation(world.ops, world.partition, id);
    await createEmptyRepo(world.ops, { operationId: id });
    world.clock += 60_000;
    await getOperation(world.ops, world.partition, id);
    expect(world.started).toHaveLength(1);
  });

  test('C43 given two executions of one operation, when both run, then there is one repository', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine', files: [{ path: 'a', text: '' }] });
    const runs = await Promise.all([runWorkflow(world, operation), runWorkflow(world, operation)]);
    expect(runs.some(({ error }) => error === undefined)).toBe(true);
    expect(world.host.repositories).toHaveLength(2);
    const after = await getOperation(world.ops, world.partition, operation.id);
    expect(after.status).toBe('succeeded');
  });
});

describe('reading', () => {
  test('given another subject, when it reads, cancels or lists, then the operation is not there', async () => {
    const world = await newWorld();
    const stranger = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    for (const act of [getOperation, cancelOperation]) {
      await expect(act(world.ops, stranger.partition, id)).rejects.toMatchObject({
        code: 'NotFound',
      });
    }
    expect(await listOperations(world.ops, stranger.partition, {})).toEqual({ items: [] });
  });

  test.each(['', 'x', '../x', `${'a'.repeat(43)}%`, 'a'.repeat(44)])(
    'given the id %j, when read, then it is not there',
    async (id) => {
      const world = await newWorld();
      await expect(getOperation(world.ops, world.partition, id)).rejects.toMatchObject({
        code: 'NotFound',
      });
    },
  );

  test('given nothing has changed, when read twice, then the version is the same; given something has, then it is another', async () => {
    const world = await newWorld();
    const { id, version } = await world.create({ name: 'mine' });
    expect((await getOperation(world.ops, world.partition, id)).version).toBe(version);
    await createEmptyRepo(world.ops, { operationId: id });
    expect((await getOperation(world.ops, world.partition, id)).version).toBeGreaterThan(version);
  });

  test('given the deadline has just passed, when read, then the workflow still has its minute', async () => {
    const world = await newWorld();
    const { id, deadline } = await world.create({ name: 'mine' });
    world.clock = Date.parse(deadline) + 60_000;
    expect(await getOperation(world.ops, world.partition, id)).toMatchObject({ status: 'pending' });
  });

  test('given the workflow never ended it, when read a minute past the deadline, then it timed out and that is told of once', async () => {
    const world = await newWorld();
    const { id, deadline } = await world.create({ name: 'mine' });
    world.clock = Date.parse(deadline) + 60_001;
    for (let times = 0; times < 2; times += 1) {
      expect(await getOperation(world.ops, world.partition, id)).toMatchObject({
        status: 'failed',
        error: { code: 'ImportTimedOut' },
      });
    }
    expect(world.events).toMatchObject([{ type: 'repository.failed' }]);
  });
});

describe('listing', () => {
  test('given 45 operations, when listed page by page, then all come once, newest first', async () => {
    const world = await newWorld();
    const ids: string[] = [];
    for (let number = 0; number < 45; number += 1) {
      ids.unshift((await world.create({ name: `mine${number}` })).id);
      // Some share a millisecond.
      world.clock += number % 3 === 0 ? 0 : 1;
    }
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listOperations(
        world.ops,
        world.partition,
        cursor === undefined ? {} : { cursor },
      );
      listed.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(listed.toSorted()).toEqual(ids.toSorted());
    const first = await listOperations(world.ops, world.partition, {});
    const times = first.items.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  test.each(['x', 'e30', Buffer.from('{"createdAt":"1","id":"x"}').toString('base64url')])(
    'given the cursor %j, when listed, then it is refused',
    async (cursor) => {
      const world = await newWorld();
      await expect(listOperations(world.ops, world.partition, { cursor })).rejects.toMatchObject({
        code: 'InvalidInput',
      });
    },
  );
});
