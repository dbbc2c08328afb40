import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, type ScalarTag } from 'yaml';
import * as z from 'zod/mini';
import type { OperationEvent } from '../../lib/operations/operation.ts';
import { getOperation } from '../../lib/operations/read.ts';
import { finishOperation } from '../../lib/operations/steps/finish-operation.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, signedIn } from '../http/person.ts';
import { runWorkflow } from '../lib/operations/world.ts';
import { worlds } from '../lib/operations/worlds.ts';
import { blocks, codeIn, type Page, page, rows, section } from './markdown.ts';

const objectSchema = z.record(z.string(), z.unknown());

let events: Page;
beforeAll(async () => {
  events = await page('docs/events.md');
});

/** The example below a type's heading. */
function example(type: string): Record<string, unknown> {
  const [block] = blocks(section(events, `## ${type}`));
  return objectSchema.parse(JSON.parse(block?.code ?? ''));
}

/** Every member of a value by its dotted path; what stands in `labels` is the caller's own. */
function members(value: unknown, path = ''): readonly string[] {
  const object = objectSchema.safeParse(value);
  if (!object.success || path === 'labels') return [path];
  return Object.entries(object.data)
    .flatMap(([name, inner]) => members(inner, path === '' ? name : `${path}.${name}`))
    .toSorted();
}

describe('docs/events.md on repositories', () => {
  const newWorld = worlds();

  test('given a repository that was created, when its event is compared with the example, then they have the same members', async () => {
    const world = await newWorld();
    await runWorkflow(world, await world.create({ name: 'mine', labels: { course: 'cs101' } }));
    const [{ type, ...detail } = { type: 'none' }] = world.events;
    expect(type).toBe('repository.succeeded');
    expect(members(detail)).toEqual(members(example(type)));
  });

  test('given one whose import failed, when its event is compared, then they have the same members', async () => {
    const world = await newWorld();
    world.host.newReadiness = { state: 'failed', reason: 'Source gone' };
    await runWorkflow(world, await world.create({ name: 'mine' }));
    const [{ type, ...detail } = { type: 'none' }] = world.events;
    expect(type).toBe('repository.failed');
    expect(members(detail)).toEqual(members(example(type)));
  });

  test('given one that was cancelled before anything was created, when its event is compared, then they have the same members', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    await world.ops.store.change(id, (record) => ({ ...record, cancelRequested: true }));
    await runWorkflow(world, await getOperation(world.ops, world.partition, id));
    const [{ type, ...detail } = { type: 'none' }] = world.events;
    expect(type).toBe('repository.cancelled');
    expect(members(detail)).toEqual(members(example(type)));
    expect(detail).toMatchObject({ error: { code: 'Cancelled', reason: 'on_request' } });
  });

  test('given an operation that is ended twice, when both events are compared, then their id is the same, by which one is dropped', async () => {
    const world = await newWorld();
    const { id } = await world.create({ name: 'mine' });
    const dying = {
      ...world.ops,
      async emit(event: OperationEvent) {
        await world.ops.emit(event);
        throw new Error('the process dies here');
      },
    };
    await expect(finishOperation(dying, { operationId: id, error: 'Forbidden' })).rejects.toThrow();
    await finishOperation(world.ops, { operationId: id, error: 'Forbidden' });
    expect(world.events.map(({ operationId }) => operationId)).toEqual([id, id]);
  });

  test('given the table of members, when compared, then it names each member of the examples', () => {
    const named = rows(section(events, '## repository.cancelled')).flatMap(([name = '']) =>
      codeIn(name),
    );
    const known = ['succeeded', 'failed', 'cancelled'].flatMap((end) =>
      Object.keys(example(`repository.${end}`)),
    );
    expect(named.toSorted()).toEqual([...new Set(known)].toSorted());
  });
});

describe('docs/events.md on connections', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  test('given a connection that breaks and is made again, when both events are compared with the examples, then they have the same members', async () => {
    const person = await signedIn(gateway, 'reader');
    const id = await connected(gateway, person, 'gitlab');
    gateway.sandbox.revoke('gitlab');
    gateway.clock.advance(3 * 3_600_000);
    await backend(gateway, 'reader')('POST', `/connections/${id}/token`);
    await connected(gateway, person, 'gitlab');

    const types = gateway.events.map(({ DetailType }) => DetailType);
    expect(types).toEqual(['connection.broken', 'connection.recovered']);
    for (const { Source, DetailType, Detail } of gateway.events) {
      expect(Source).toBe(codeIn(rows(events)[0]?.[1] ?? '')[0]);
      expect(members(JSON.parse(Detail)), DetailType).toEqual(members(example(DetailType)));
    }
  });
});

describe('the rule that forwards events', () => {
  test('given its template, when read, then it takes every type that has a heading from our source, and names only what is in it', () => {
    const yaml = blocks(events).find(({ language }) => language === 'yaml')?.code ?? '';
    const referred: string[] = [];
    const reference = (tag: string): ScalarTag => ({
      tag,
      resolve: (text) => referred.push(text.split('.')[0] ?? ''),
    });
    const template = z
      .object({
        Parameters: objectSchema,
        Resources: z.record(z.string(), z.looseObject({ Properties: objectSchema })),
      })
      .parse(parse(yaml, { customTags: [reference('!Ref'), reference('!GetAtt')] }));
    const ids = [...Object.keys(template.Parameters), ...Object.keys(template.Resources)];
    expect(referred.length).toBeGreaterThan(5);
    expect(referred.filter((id) => !ids.includes(id))).toEqual([]);

    const types = [...events.text.matchAll(/^## ((?:repository|connection)\.\w+)$/gm)];
    expect(template.Resources.Rule?.Properties.EventPattern).toEqual({
      source: ['forgebridge'],
      'detail-type': types.map(([, type]) => type),
    });
  });
});
