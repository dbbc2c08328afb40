import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createRepository } from '../../../lib/api/requests/createRepository.ts';
import { createOperation } from '../../../lib/operations/create.ts';
import { listOperations } from '../../../lib/operations/read.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const newWorld = worlds();

async function recorded(world: World) {
  return (await listOperations(world.ops, world.partition, {})).items;
}

const fromTemplate = { template: 'templates/starter', name: 'mine' };

describe('C39 the idempotency key', () => {
  test('C39 given a request, when it is sent again under its key, then the answer is the same operation, whatever became of the connection', async () => {
    const world = await newWorld();
    const key = randomUUID();
    const first = await world.create({ ...fromTemplate, labels: { b: '2', a: '1' } }, key);
    world.connection = undefined;
    const again = await world.create({ ...fromTemplate, labels: { a: '1', b: '2' } }, key);
    expect(again).toEqual(first);
  });

  test('C39 given a key in use, when another request comes under it, then it is a mismatch', async () => {
    const world = await newWorld();
    const key = randomUUID();
    await world.create(fromTemplate, key);
    await expect(
      world.create({ ...fromTemplate, description: 'other' }, key),
    ).rejects.toMatchObject({
      code: 'IdempotencyMismatch',
      status: 422,
    });
  });

  test('C39 given 20 identical requests at once, when all are answered, then there is one operation, started under one name', async () => {
    const world = await newWorld();
    const key = randomUUID();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => world.create(fromTemplate, key)),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(new Set(world.started).size).toBe(1);
  });

  test('C39 given two different requests at once under one key, when both are answered, then one is a mismatch and the files are those of the other', async () => {
    const world = await newWorld();
    const key = randomUUID();
    const bodies = ['one', 'two'].map((text) => ({
      ...fromTemplate,
      files: [{ path: 'a', text }],
    }));
    const outcomes = await Promise.allSettled(bodies.map((body) => world.create(body, key)));
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    expect(outcomes[1 - winner]).toMatchObject({ reason: { code: 'IdempotencyMismatch' } });
    const record = await world.ops.store.read(world.started[0]?.slice(0, 44) ?? '');
    if (record === undefined) throw new Error('the operation is recorded');
    const content = Buffer.from(['one', 'two'][winner] ?? '').toString('base64');
    expect(await world.ops.store.files(record)).toEqual([{ path: 'a', content }]);
  });

  test('C39 given one key of two subjects, when both create, then they are two operations', async () => {
    const world = await newWorld();
    const other = await newWorld();
    const key = randomUUID();
    const [one, two] = [
      await world.create(fromTemplate, key),
      await other.create(fromTemplate, key),
    ];
    expect(one.id).not.toBe(two.id);
  });

  test('given the process died between record and start, when the request is sent again, then the workflow is started', async () => {
    const world = await newWorld();
    const key = randomUUID();
    const dead = { ...world.ops, workflow: { start: () => Promise.reject(new Error('killed')) } };
    const { start } = world.ops.workflow;
    Object.assign(world.ops, dead);
    await expect(world.create(fromTemplate, key)).rejects.toThrow('killed');
    Object.assign(world.ops, { workflow: { start } });
    const operation = await world.create(fromTemplate, key);
    expect(world.started).toEqual([expect.stringContaining(operation.id)]);
  });
});

describe('the connection', () => {
  test('C23 given nothing that could open a token, when an operation is created, then it is recorded and the host is not asked', async () => {
    const world = await newWorld();
    const { useConnection: _, ...planning } = world.ops;
    const operation = await createOperation(planning, {
      partition: world.partition,
      request: createRepository.body.parse({ connection: 'connection', ...fromTemplate }),
      idempotencyKey: randomUUID(),
    });
    expect(await recorded(world)).toEqual([operation]);
    expect(Object.values(world.host.seen)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test.each([
    ['is not there', undefined, 'NotFound'],
    ['was disconnected', 'revoked', 'NotFound'],
    ['must be made anew', 'reconnect_required', 'ReconnectRequired'],
  ] as const)(
    'given a connection that %s, when an operation is to be created, then that is said and nothing is recorded',
    async (_, status, code) => {
      const world = await newWorld();
      world.connection = status &&
        world.connection && { ...world.connection, status, reason: 'invalid_grant' };
      await expect(world.create(fromTemplate)).rejects.toMatchObject({ code });
      expect(await recorded(world)).toEqual([]);
      expect(world.started).toEqual([]);
    },
  );
});

describe('planning', () => {
  test('given a template and a host that generates, when planned, then it is generated', async () => {
    const world = await newWorld();
    expect(await world.create(fromTemplate)).toMatchObject({
      strategy: 'generate',
      status: 'pending',
    });
  });

  test('given a template and a host that only forks, when planned, then it is forked', async () => {
    const world = await newWorld({ without: ['generate'] });
    expect(await world.create(fromTemplate)).toMatchObject({ strategy: 'fork' });
  });

  test('given no template, when planned, then an empty one is created for the user', async () => {
    const world = await newWorld();
    expect(await world.create({ name: 'mine' })).toMatchObject({
      strategy: 'create',
      fullName: 'example/mine',
    });
  });

  test('given an organisation, when planned, then it is the target', async () => {
    const world = await newWorld();
    expect(await world.create({ name: 'mine', namespace: 'team' })).toMatchObject({
      fullName: 'team/mine',
    });
  });

  test.each([
    ['nothing', { without: ['creation'] }, {}, 'no_creation'],
    ['no empty ones', { without: ['create'] }, {}, 'no_create'],
    [
      'no forks',
      { without: ['fork'] },
      { strategy: 'fork', template: 'templates/starter' },
      'no_fork',
    ],
    ['no internal ones', {}, { visibility: 'internal' }, 'visibility_internal'],
    ['no issues', {}, { settings: { hasIssues: false } }, 'setting_has_issues'],
    ['no detaching', { settings: [] }, { settings: { detachFork: true } }, 'setting_detach_fork'],
    ['no CI', { settings: [] }, { ci: true }, 'setting_ci'],
    ['CI that stays on', { onlyOn: ['ci'] }, { ci: false }, 'ci_cannot_be_turned_off'],
    [
      'one branch',
      { includeAllBranches: false },
      { includeAllBranches: true, template: 'templates/starter' },
      'include_all_branches',
    ],
    [
      'no deleting',
      { without: ['deleteRepository'] },
      { onFailure: 'delete' },
      'no_delete_repository',
    ],
  ] as const)(
    'given a host with %s, when that is asked for, then it is unsupported up front, with what to do instead',
    async (_, options, body, reason) => {
      const world = await newWorld(options);
      await expect(world.create({ name: 'mine', ...body })).rejects.toMatchObject({
        code: 'Unsupported',
        details: { reason, remedy: expect.stringMatching(/\w+ \w+/) },
      });
      expect(await recorded(world)).toEqual([]);
      expect(world.started).toEqual([]);
    },
  );

  test('given a switch that can only be turned on, when it is turned on, then it is taken', async () => {
    const world = await newWorld({ onlyOn: ['ci'] });
    expect(await world.create({ name: 'mine', ci: true })).toMatchObject({ status: 'pending' });
  });

  test.each([
    ['generate without a template', { strategy: 'generate' }, 'template'],
    ['create with a template', { strategy: 'create', template: 'templates/starter' }, 'template'],
    ['detaching what is no fork', { settings: { detachFork: true } }, 'settings.detachFork'],
    ['branches of no template', { includeAllBranches: true }, 'includeAllBranches'],
    ['a name that is too long', { name: 'x'.repeat(21) }, 'name'],
    ['a name with ..', { name: 'a..b' }, 'name'],
    ['an unknown placeholder', { files: [{ path: 'a', text: '{{team}}' }] }, 'files.0.text'],
    ['files too large', { files: [{ path: 'a', text: 'x'.repeat(256 * 1024 + 1) }] }, 'files'],
    [
      'files too large once filled',
      { files: [{ path: 'a', text: '{{v}}'.repeat(100) }], variables: { v: 'x'.repeat(4096) } },
      'files',
    ],
  ])('given %s, when planned, then that field is refused', async (_, body, field) => {
    const world = await newWorld();
    await expect(world.create({ name: 'mine', ...body })).rejects.toMatchObject({
      code: 'InvalidInput',
      details: { fields: [{ field }] },
    });
    expect(await recorded(world)).toEqual([]);
    expect(world.started).toEqual([]);
  });

  test('given 256 KB of files, when created, then they are kept whole', async () => {
    const world = await newWorld();
    const text = 'x'.repeat(256 * 1024);
    const { id } = await world.create({ name: 'mine', files: [{ path: 'a', text }] });
    const record = await world.ops.store.read(id);
    const [file] = record === undefined ? [] : await world.ops.store.files(record);
    expect(Buffer.from(file?.content ?? '', 'base64').toString()).toBe(text);
  });
});
