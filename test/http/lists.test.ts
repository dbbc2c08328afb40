import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lib/api/table.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, ended, signedIn } from './person.ts';

/** Every list that is given in pages. */
const lists = routes
  .filter(({ request }) => 'cursor' in (request.query?.def.shape ?? {}))
  .map(({ request }) => request.path);

describe('lists, from outside', () => {
  let gateway: TestGateway;
  let call: ReturnType<typeof backend>;
  let connection = '';
  let another = '';
  beforeAll(async () => {
    gateway = await startTestGateway();
    const person = await signedIn(gateway, 'lister');
    connection = await connected(gateway, person, 'gitlab');
    another = await connected(gateway, person, 'gitee');
    call = backend(gateway, 'lister');
    // More than hosts hand out at a time.
    const names = Array.from({ length: 120 }, (_, index) => `r${index}`);
    const repositories = names.map((name) => ({ owner: 'sandbox-user', name }));
    for (const host of ['gitlab', 'gitee'] as const) gateway.sandbox.seed(host, { repositories });
  });
  afterAll(() => gateway.stop());

  const here = (path: string) =>
    path
      .replace('{connectionId}', connection)
      .replace('{provider}', 'github')
      .replace('{installationId}', '1');

  test('given the table, when its lists are counted, then all are here', () => {
    expect(lists).toHaveLength(6);
  });

  const none = ['2', 'nonsense', '*', 'b3BlcmF0aW9uLTE', 'x'.repeat(2048)];
  test.each(lists.flatMap((path) => none.map((cursor) => [path, cursor] as const)))(
    'given %s, when it is asked to go on at %s, which it never handed out, then that is a 400',
    async (path, cursor) => {
      const { status, body } = await call(
        'GET',
        `${here(path)}?cursor=${encodeURIComponent(cursor)}`,
      );
      expect([status, body.code, body.fields?.[0].field]).toEqual([400, 'InvalidInput', 'cursor']);
    },
  );

  const repositoriesOf = (id: string, query = '') =>
    call('GET', `/connections/${id}/repositories${query}`);

  test('given a list of several pages, when each cursor is handed back, then all of it comes, once', async () => {
    const names: string[] = [];
    let query = '';
    do {
      const { body } = await repositoriesOf(connection, query);
      names.push(...body.items.map(({ fullName }: { fullName: string }) => fullName));
      query = body.next === undefined ? '' : `?cursor=${body.next}`;
    } while (query !== '');
    expect(names.length).toBeGreaterThanOrEqual(120);
    expect(new Set(names).size).toBe(names.length);
  });

  test('given the cursor of one list, when another list gets it, then that is a 400', async () => {
    const { next } = (await repositoriesOf(connection)).body;
    const elsewhere = await Promise.all([
      repositoriesOf(another, `?cursor=${next}`),
      repositoriesOf(connection, `?namespace=sandbox-user&cursor=${next}`),
      call('GET', `/connections/${connection}/namespaces?cursor=${next}`),
      call('GET', `/connections?cursor=${next}`),
    ]);
    expect(elsewhere.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect((await repositoriesOf(connection, `?cursor=${next}`)).status).toBe(200);
  });
});

describe('answers that must not mislead, from outside', () => {
  let gateway: TestGateway;
  let call: ReturnType<typeof backend>;
  let connection = '';
  beforeAll(async () => {
    gateway = await startTestGateway();
    connection = await connected(gateway, await signedIn(gateway, 'asker'), 'gitlab');
    call = backend(gateway, 'asker');
  });
  afterAll(() => gateway.stop());

  test('given a namespace of nobody, when a name is checked there, then it is not called free', async () => {
    const path = `/connections/${connection}/names/fresh?namespace=nobody`;
    const { status, body } = await call('GET', path);
    expect([status, body.code]).toEqual([400, 'InvalidInput']);
    expect(body.fields[0].field).toBe('namespace');
  });

  test('given the account’s own namespace by name, when a free name is checked there, then it is free', async () => {
    const path = `/connections/${connection}/names/fresh?namespace=sandbox-user`;
    expect((await call('GET', path)).body).toEqual({ available: true, suggestions: [] });
  });

  test('given no Idempotency-Key, when a repository is asked for, then the answer says that it is missing', async () => {
    const { body } = await call('POST', '/repositories', { json: { connection, name: 'mine' } });
    expect(body.fields).toEqual([
      { field: 'Idempotency-Key', problem: expect.stringContaining('is missing') },
    ]);
  });

  test('given a file with neither text nor base64, or with bad base64, when it is sent, then the answer names the place', async () => {
    const send = async (file: object) => {
      const json = { connection, name: 'mine', files: [file] };
      const { body } = await call('POST', '/repositories', {
        json,
        headers: { 'idempotency-key': 'files' },
      });
      return body.fields;
    };
    expect(await send({ path: 'a' })).toEqual([
      { field: 'files.0', problem: 'must have either text or base64' },
    ]);
    expect(await send({ path: 'a', base64: 'YQ' })).toEqual([
      { field: 'files.0.base64', problem: expect.stringContaining('padding') },
    ]);
    expect(await send({ path: '../a', text: '' })).toEqual([
      { field: 'files.0.path', problem: expect.stringContaining('relative') },
    ]);
  });

  test('given an operation that has not changed, when asked for with its ETag, then the answer is empty', async () => {
    const headers = { 'idempotency-key': 'unchanged' };
    const created = await call('POST', '/repositories', {
      json: { connection, name: 'unchanged' },
      headers,
    });
    const path = `/operations/${created.body.id}`;
    await ended(gateway, 'asker', created.body.id);
    const etag = (await call('GET', path)).headers.get('etag') ?? '';
    const again = await call('GET', path, { headers: { 'if-none-match': etag } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
  });
});
