import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derive } from '../../infra/local/sandbox/description/derive.ts';
import { misfits } from '../../infra/local/sandbox/description/shape.ts';
import { anyPorts, type HostId, standIns } from '../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../infra/local/sandbox/sandbox.ts';
import { connect, send } from '../infra/local/sandbox/calls.ts';
import { creatingHosts, hosts, strategiesOf } from './hosts.ts';
import { everyPage, type Stage, startStage } from './stage.ts';

let stage: Stage;
let sandbox: Sandbox;
beforeAll(async () => {
  stage = await startStage();
  sandbox = await startSandbox({ ports: anyPorts });
});
afterAll(async () => {
  await stage.sandbox.close();
  await sandbox.close();
});

const template = { template: 'templates/starter', includeAllBranches: false };

/** Every call that the client of a creating host makes, with all that it can send. */
async function wholeLife(id: HostId): Promise<void> {
  const { client, access } = await stage.signIn(id);
  const { creation } = client;
  if (creation === undefined) return;
  await everyPage((page) => creation.namespaces(access, page));
  const namespace = await creation.findNamespace(access, 'sandbox-org');
  if (namespace === undefined) throw new Error('no organisation');
  await client.repositories(access, { namespace: 'sandbox-org' });
  await client.repositories(access, { namespace: 'sandbox-user' });
  for (const strategy of strategiesOf(id)) {
    const to = {
      namespace,
      name: `by-${strategy}`,
      description: 'd',
      visibility: 'public',
    } as const;
    const made =
      strategy === 'create'
        ? await creation.create?.(access, to)
        : await creation[strategy]?.(access, template, to);
    if (made === undefined) continue;
    stage.sandbox.advance(60_000);
    const readiness = await creation.readiness(access, made);
    if (readiness.state !== 'ready') throw new Error(`${strategy}: ${readiness.state}`);
    const wishes = { description: 'x', homepage: 'https://example.com', hasIssues: true, ci: true };
    const settings = Object.entries(wishes).filter(([name]) =>
      (creation.rules.settings as readonly string[]).includes(name),
    );
    await creation.configure(access, made, Object.fromEntries(settings));
    const files = [
      { path: 'README.md', content: 'YQ==' },
      { path: 'a/b.bin', content: '//79' },
    ];
    await creation.commitFiles(access, made, {
      branch: readiness.defaultBranch,
      message: 'Seed',
      files,
    });
    await creation.deleteRepository?.(access, made);
  }
}

describe.each(hosts)('what %s publishes', (id) => {
  const documented = standIns[id].documented();
  const api = standIns[id].apiPath;

  test('given a member that it does not know, when it is sent, then it is refused before anything happens, and told', async () => {
    const { body } = await connect(sandbox, id);
    const token = body.access_token;
    const { apiUrl, webUrl } = sandbox.providers[id];
    const before = sandbox.undocumented.length;
    const unheard = { never_heard_of: 'it' };
    const refusals = [
      await send('GET', `${apiUrl}${standIns[id].userPath}?never_heard_of=it`, { token }),
      await send('POST', webUrl + standIns[id].oauth.tokenPath, {
        [standIns[id].oauth.body]: { client_id: 'x', ...unheard },
      }),
      ...(creatingHosts.includes(id) && id !== 'gitlab'
        ? [await send('POST', `${apiUrl}/user/repos`, { token, json: { name: 'odd', ...unheard } })]
        : []),
    ];
    for (const { status, body: said } of refusals) {
      expect([status, String(said.message)]).toEqual([
        400,
        expect.stringContaining('never_heard_of'),
      ]);
    }
    expect(sandbox.undocumented.length).toBe(before + refusals.length);
    const names = sandbox.state(id).repositories.map(({ fullName }) => fullName);
    expect(names).not.toContain('sandbox-user/odd');
  });

  test('given all calls of a client, when its host is asked, then each stands in what the host publishes, with every member', async () => {
    const before = stage.sandbox.requests.length;
    await stage.signIn(id);
    await wholeLife(id);
    const asked = stage.sandbox.requests.slice(before).filter(({ url }) => !/authorize/.test(url));
    expect(asked.length).toBeGreaterThan(1);
    for (const { method, url } of asked) {
      const { pathname } = new URL(url, 'http://host');
      const found =
        documented.find('api', method, pathname.slice(api.length)) ??
        documented.find('web', method, pathname);
      expect(found, `${method} ${pathname}`).toBeDefined();
    }
    expect(stage.sandbox.undocumented).toEqual([]);
  });

  test('given an answer with a member, type or status that is not documented, when it is compared, then that is found', () => {
    const call = documented.find('api', 'GET', standIns[id].userPath);
    if (call === undefined) throw new Error('not documented');
    expect(documented.answer(call, 200, { id: 1 })).toEqual([]);
    expect(documented.answer(call, 200, { id: [] })).toHaveLength(1);
    expect(documented.answer(call, 200, { never_heard_of: 1 })).toHaveLength(1);
    expect(documented.answer(call, 299, {})).toHaveLength(1);
  });

  test('given every call, when it is looked through, then it says what it answers', () => {
    for (const [name, { answers }] of Object.entries(documented.operations)) {
      expect(
        Object.keys(answers).some((status) => /^[23]\d\d$/.test(status)),
        name,
      ).toBe(true);
    }
  });
});

describe('deriving a description', () => {
  const document = {
    paths: {
      '/things/{id}': {
        parameters: [{ $ref: '#/components/parameters/page' }],
        patch: {
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['name'],
                  properties: {
                    name: { type: 'string', description: 'A sentence.' },
                    kind: { type: 'string', enum: ['a', 'b'], nullable: true },
                  },
                },
              },
            },
          },
          responses: {
            200: {
              content: {
                'application/json': {
                  schema: { type: 'array', items: { $ref: '#/components/schemas/thing' } },
                },
              },
            },
            404: { description: 'Not there.' },
          },
        },
      },
    },
    components: {
      parameters: { page: { name: 'page', in: 'query', schema: { type: 'integer' } } },
      schemas: {
        thing: {
          allOf: [{ properties: { id: { type: 'integer' } }, required: ['id'] }],
          properties: { part: { oneOf: [{ type: 'string' }, { type: 'integer' }] } },
        },
      },
    },
  };

  test('given a document, when it is derived from, then names, types and statuses are left of it', () => {
    expect(derive(document, ['PATCH /things/{n}'], 'a source')).toEqual({
      source: 'a source',
      operations: {
        'PATCH /things/{n}': {
          query: { 'page?': 'integer' },
          body: { name: 'string', 'kind?': "'a' | 'b' | null" },
          answers: { 200: ['#thing'], 404: 'any' },
        },
      },
      shapes: { thing: { id: 'integer', 'part?': 'string | integer' } },
    });
  });

  test('given a call that a document has not, when it is asked for, then that is told', () => {
    expect(() => derive(document, ['GET /things/{id}'], '')).toThrow('GET /things/{id}');
  });

  test('given a value of several shapes, when none fits, then the closest tells what is wrong', () => {
    const shapes = { thing: { id: 'integer' }, list: ['string'] as const };
    expect(misfits({ id: 'x' }, '#list | #thing | null', shapes)).toEqual(['.id is not integer']);
    expect(misfits(null, '#list | #thing | null', shapes)).toEqual([]);
    expect(misfits(['x'], '#list | #thing', shapes)).toEqual([]);
  });
});
