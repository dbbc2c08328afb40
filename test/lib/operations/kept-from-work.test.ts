import { describe, expect, test } from 'vitest';
import { cancelOperation, getOperation } from '../../../lib/operations/read.ts';
import { commitFiles } from '../../../lib/operations/steps/commit-files.ts';
import { configureRepo } from '../../../lib/operations/steps/configure-repo.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import { pollImportStatus } from '../../../lib/operations/steps/poll-import-status.ts';
import { runWorkflow, type World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();
const limited = (retryAfter?: number) => ({ status: 429, ...(retryAfter ? { retryAfter } : {}) });
const look = (world: World, id: string) => getOperation(world.ops, world.partition, id);
const asked = ({ host: { seen } }: World) => Object.values(seen).reduce((sum, one) => sum + one, 0);

describe('a host that asks for silence', () => {
  test('given 60 s of it at the creating call, when the step runs before that, then nothing is asked of the host, and the operation says until when', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.fail('create', limited(60));
    const began = world.clock;
    expect(await createEmptyRepo(world.ops, { operationId: id })).toEqual({
      state: 'again',
      waitSeconds: 60,
    });
    const before = asked(world);
    world.clock = began + 59_000;
    expect(await createEmptyRepo(world.ops, { operationId: id })).toMatchObject({ state: 'again' });
    expect(asked(world)).toBe(before);
    const until = new Date(began + 60_000).toISOString();
    expect(await look(world, id)).toMatchObject({ waiting: { code: 'RateLimited', until } });
    world.clock = began + 60_000;
    expect(await createEmptyRepo(world.ops, { operationId: id })).toMatchObject({
      state: 'created',
    });
  });

  test('given a limit that ends in twenty minutes, when the deadline is an hour, then the workflow waits for it, and asks once', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine', deadlineMinutes: 60 });
    world.host.fail('create', limited(1_200));
    const began = world.clock;
    expect(await runWorkflow(world, operation)).not.toHaveProperty('error');
    expect(await look(world, operation.id)).toMatchObject({ status: 'succeeded' });
    expect(world.clock - began).toBeGreaterThanOrEqual(1_200_000);
    expect(world.host.seen.create).toBe(2);
  });

  test('given a limit that ends behind the deadline, when met, then the operation ends at once and says when the host takes requests again', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine' });
    const again = new Date(world.clock + 3_600_000).toISOString();
    world.host.fail('create', limited(3_600));
    const began = world.clock;
    expect(await runWorkflow(world, operation)).toMatchObject({ error: 'RateLimited' });
    const ended = await look(world, operation.id);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'RateLimited' } });
    expect(ended.error?.remedy).toContain(again.slice(0, 16));
    expect(world.clock - began).toBeLessThan(60_000);
  });

  test('given it is asked for while a creating call has no answer, when the operation is cancelled, then it ends, nothing is asked meanwhile, and what stands there is told of behind it', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    world.host.fail('create', 'lose-answer');
    const { waitSeconds } = await createEmptyRepo(world.ops, { operationId: id });
    world.clock += waitSeconds * 1_000;
    world.host.fail('find', limited(900));
    await createEmptyRepo(world.ops, { operationId: id });
    const silence = world.clock + 900_000;
    const before = asked(world);
    await cancelOperation(world.ops, world.partition, id);
    for (;;) {
      const input = { operationId: id, error: 'Cancelled' };
      const { state, waitSeconds } = await finishOperation(world.ops, input);
      if (world.clock < silence) expect(asked(world)).toBe(before);
      if (world.clock > silence - 700_000) {
        expect(await look(world, id)).toMatchObject({ status: 'cancelled' });
      }
      if (state === 'ended') break;
      world.clock += waitSeconds * 1_000;
    }
    expect(world.clock).toBeGreaterThanOrEqual(silence);
    expect((await look(world, id)).leftBehind).toMatchObject({ fullName: 'example/mine' });
    expect(world.events.map(({ repository }) => repository?.fullName)).toEqual([
      undefined,
      'example/mine',
    ]);
  });

  test('given it is asked for by the refusal of the only creating call, when the operation is cancelled, then it ends at once and nothing is asked any more', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine', onFailure: 'delete' });
    world.host.fail('create', limited(900));
    await createEmptyRepo(world.ops, { operationId: id });
    const before = asked(world);
    await cancelOperation(world.ops, world.partition, id);
    const input = { operationId: id, error: 'Cancelled' };
    expect(await finishOperation(world.ops, input)).toMatchObject({ state: 'ended' });
    expect(asked(world)).toBe(before);
  });

  test('given a limit while it is cancelled, when a minute has passed, then it has ended', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine', deadlineMinutes: 60 });
    world.host.fail('create', limited(1_200));
    await createEmptyRepo(world.ops, { operationId: operation.id });
    await cancelOperation(world.ops, world.partition, operation.id);
    const began = world.clock;
    await runWorkflow(world, operation);
    expect(await look(world, operation.id)).toMatchObject({ status: 'cancelled' });
    expect(world.clock - began).toBeLessThanOrEqual(60_000);
  });
});

describe('a host in trouble', () => {
  test('given it is down for two minutes during the wait, when the deadline is thirty, then the operation succeeds', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine' });
    const began = world.clock;
    const down = () => {
      if (world.clock - began >= 120_000) return;
      world.host.fail('readiness', { status: 503 }, { status: 503 }, { status: 503 });
      world.host.before('readiness', down);
    };
    world.host.before('readiness', down);
    expect(await runWorkflow(world, operation)).not.toHaveProperty('error');
    expect(await look(world, operation.id)).toMatchObject({ status: 'succeeded' });
  });

  test('given it stays down, when the deadline comes, then the operation ends there, as timed out and with the reason', async () => {
    const world = await newWorld();
    const operation = await world.create({ name: 'mine', deadlineMinutes: 5 });
    const down = () => {
      world.host.fail('readiness', { status: 503 });
      world.host.before('readiness', down);
    };
    world.host.before('readiness', down);
    await runWorkflow(world, operation);
    expect(await look(world, operation.id)).toMatchObject({
      status: 'failed',
      error: { code: 'ImportTimedOut', reason: 'provider_unavailable' },
      leftBehind: { fullName: 'example/mine' },
    });
    expect(world.clock).toBeLessThan(Date.parse(operation.deadline) + 60_000);
  });

  test('given configuring is kept from its work, when committing comes, then nothing is committed before it is configured', async () => {
    const world = await newWorld();
    const files = [{ path: 'a', text: 'x' }];
    const { id } = await world.create({ name: 'mine', description: 'Mine', files });
    const input = { operationId: id };
    await createEmptyRepo(world.ops, input);
    await pollImportStatus(world.ops, input);
    world.host.fail('configure', limited(30));
    expect(await configureRepo(world.ops, input)).toMatchObject({ state: 'again' });
    expect(await commitFiles(world.ops, input)).toMatchObject({ state: 'again' });
    expect(world.host.seen.commit).toBe(0);
  });

  test('given configuring is kept from its work, when the workflow goes on, then it is configured and committed, each once', async () => {
    const world = await newWorld();
    const files = [{ path: 'a', text: 'x' }];
    const operation = await world.create({ name: 'mine', description: 'Mine', files });
    world.host.fail('configure', limited(30));
    expect(await runWorkflow(world, operation)).not.toHaveProperty('error');
    expect(world.host.find('example/mine')).toMatchObject({ description: 'Mine', commits: [{}] });
    // The second one only sees that the files are there.
    expect(world.host.seen).toMatchObject({ configure: 2, commit: 2 });
  });
});

test('given a host that takes files one by one and little time, when they are committed, then each run goes on where the last one stopped', async () => {
  const world = await newWorld({ oneCommit: false });
  const files = Array.from({ length: 12 }, (_, number) => ({ path: `f${number}`, text: 'x' }));
  const operation = await world.create({ name: 'mine', files });
  let left = 29_000;
  world.ops.timeLeft = () => left;
  const tick = () => {
    left -= 4_000;
    world.host.before('commit', tick);
  };
  world.host.before('commit', tick);
  const runs: number[] = [];
  const input = { operationId: operation.id };
  await createEmptyRepo(world.ops, input);
  await pollImportStatus(world.ops, input);
  await configureRepo(world.ops, input);
  for (let run = 0; run < 5; run += 1) {
    left = 29_000;
    const before = world.host.seen.commit;
    const { state } = await commitFiles(world.ops, input);
    runs.push(world.host.seen.commit - before);
    if (state === 'committed') break;
    world.clock += 1_000;
  }
  // Five files and a look at them, twice; then the last two.
  expect(runs).toEqual([4, 2]);
  const commits = world.host.find('example/mine')?.commits ?? [];
  expect(commits.map((commit) => Object.keys(commit).length)).toEqual([5, 5, 2]);
});
