import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operator } from '../../infra/local/credentials.ts';
import { keyTableName, region } from '../../infra/local/template.ts';
import { scopeNames } from '../../lib/api/scopes.ts';
import { routes } from '../../lib/api/table.ts';
import { createApiKey } from '../../lib/callers/api-keys.ts';
import type { KeyLimits } from '../../lib/callers/key-limits.ts';
import { dynamoTable } from '../../lib/storage/table.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { type Answer, backend, connected, ended, type Sent, signedIn } from './person.ts';
import { records } from './records.ts';

/** What there is, at GitHub and for one user. */
interface Own {
  readonly connection: string;
  readonly operation: string;
  readonly installation: string;
}

const keyed = routes.filter(({ request }) => request.scope !== undefined);
const pathOf = (operationId: string) =>
  keyed.find((route) => route.operationId === operationId)?.request.path ?? '';
const subject = 'narrow/one';

/** Bodies of the routes that name something there. */
const bodies: Readonly<Record<string, (own: Own) => unknown>> = {
  createRepository: ({ connection }) => ({ connection, name: 'narrowed' }),
  createSession: () => ({ request: 'r'.repeat(43), subject }),
};

const lists = ['listConnections', 'listOperations', 'listInstallations'];

/** The routes whose request names a thing of that kind, in its path or its body, or all of that kind. */
const reach: Readonly<Record<string, readonly string[]>> = {
  provider: naming(/\{(provider|connectionId|operationId)\}/, [
    'createRepository',
    // These reach every provider at once.
    'createSession',
    'deleteSessions',
    'eraseSubject',
    'getErasure',
  ]),
  installation: naming(/\{installationId\}/, []),
  // Each that acts for a subject, and so all but those of installations.
  subject: keyed
    .filter(({ request }) => !request.path.startsWith('/installations'))
    .map(({ operationId }) => operationId),
};

function naming(parameter: RegExp, others: readonly string[]): readonly string[] {
  const byPath = keyed.filter(({ request }) => parameter.test(request.path));
  return [...new Set([...byPath.map(({ operationId }) => operationId), ...others])];
}

describe('a key that is narrowed, at every route', () => {
  let gateway: TestGateway;
  let own: Own;
  const secrets = new Map<string, string>();
  const limits: Readonly<Record<string, KeyLimits>> = {
    'another provider': { providers: ['gitee'] },
    'another installation': { installations: ['999999'] },
    'other subjects': { subjects: ['wide/'] },
    'another network': { networks: ['203.0.113.0/24'] },
    'a time that is over': { expiresAt: 1 },
    gitlab: { providers: ['gitlab'] },
    'just this': {
      providers: ['github'],
      subjects: ['narrow/'],
      networks: ['127.0.0.0/8', '::1/128'],
      expiresAt: Date.parse('2100-01-01'),
    },
  };

  beforeAll(async () => {
    gateway = await startTestGateway();
    const client = new DynamoDBClient({
      region,
      endpoint: gateway.databaseUrl,
      credentials: operator,
    });
    const table = dynamoTable(DynamoDBDocumentClient.from(client), keyTableName);
    const installations = await backend(gateway, subject)('GET', '/installations/github');
    const installation = String(installations.body.items[0].id);
    const all = {
      ...limits,
      'just this': { ...limits['just this'], installations: [installation] },
    };
    for (const [name, narrowed] of Object.entries(all)) {
      const key = { name, scopes: scopeNames, limits: narrowed, now: Date.now() };
      secrets.set(name, (await createApiKey(table, key)).secret);
    }
    client.destroy();
    const person = await signedIn(gateway, subject);
    await connected(gateway, person, 'gitlab');
    const connection = await connected(gateway, person, 'github');
    const created = await backend(gateway, subject)('POST', '/repositories', {
      json: { connection, name: 'narrowed' },
      headers: { 'idempotency-key': 'narrowed' },
    });
    await ended(gateway, subject, created.body.id);
    own = { connection, operation: created.body.id, installation };
  });
  afterAll(() => gateway.stop());

  async function call(key: string, operationId: string): Promise<Answer> {
    const route = keyed.find((each) => each.operationId === operationId);
    if (route === undefined) throw new Error(`no route ${operationId}`);
    const { method, path } = route.request;
    const values: Readonly<Record<string, string>> = {
      provider: 'github',
      connectionId: own.connection,
      operationId: own.operation,
      installationId: own.installation,
      name: 'narrowed',
      subject: encodeURIComponent(subject),
    };
    const json = bodies[operationId]?.(own);
    const sent: Sent = {
      ...(json === undefined ? {} : { json }),
      headers: {
        authorization: `Bearer ${secrets.get(key)}`,
        'idempotency-key': 'narrowed',
      },
    };
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
    const query = operationId === 'checkTemplate' ? '?fullName=templates/starter' : '';
    return backend(gateway, subject)(method, filled + query, sent);
  }

  /** All but when keys were last used. */
  const changeable = async () => (await records(gateway)).filter(({ sk }) => sk !== 'KEYUSE');

  const refusals = [
    ...(reach.provider ?? []).map((id) => [id, 'another provider', 'provider_not_allowed']),
    ...(reach.installation ?? []).map((id) => [
      id,
      'another installation',
      'installation_not_allowed',
    ]),
    ...(reach.subject ?? []).map((id) => [id, 'other subjects', 'subject_not_allowed']),
    ...keyed.map(({ operationId }) => [operationId, 'another network', 'network_not_allowed']),
  ] as const;

  test('given lib/api, when its routes that take a key are looked at, then each is a list or names a provider, and so is tried with a key for another one', () => {
    const tried = [...(reach.provider ?? []), ...lists];
    expect(keyed.map(({ operationId }) => operationId).filter((id) => !tried.includes(id))).toEqual(
      [],
    );
    for (const id of [...tried, ...Object.keys(bodies)]) expect(pathOf(id), id).not.toBe('');
  });

  test.each(refusals)(
    'given a key at %s that is for %s, when it is called, then it is refused as %s, and nothing happens here or at the host',
    async (operationId = '', key = '', reason) => {
      const before = await changeable();
      const calls = gateway.sandbox.requests.length;
      const answer = await call(key, operationId);
      expect(answer.body).toMatchObject({ code: 'Forbidden', reason });
      expect(answer.status).toBe(403);
      expect(answer.text).not.toMatch(/sandbox-user|narrowed/);
      expect(await changeable()).toEqual(before);
      expect(gateway.sandbox.requests).toHaveLength(calls);
    },
  );

  test.each(keyed.map(({ operationId }) => operationId))(
    'given a key at %s whose time is over, when it is called, then it is none any more',
    async (operationId) => {
      const answer = await call('a time that is over', operationId);
      expect(answer.body).toMatchObject({ code: 'CallerUnauthenticated', reason: 'key_expired' });
    },
  );

  test('given keys for one provider, when connections and operations are listed, then only what is of that provider is there', async () => {
    const shown = async (key: string, list: string) =>
      (await call(key, list)).body.items.map((item: { provider: string }) => item.provider);
    expect(await shown('just this', 'listConnections')).toEqual(['github']);
    expect(await shown('gitlab', 'listConnections')).toEqual(['gitlab']);
    expect(await shown('another provider', 'listConnections')).toEqual([]);
    expect(await shown('just this', 'listOperations')).toEqual(['github']);
    expect(await shown('gitlab', 'listOperations')).toEqual([]);
  });

  test('given a key for one installation, when installations are listed, then only that one is there', async () => {
    const ids = async (key: string) =>
      (await call(key, 'listInstallations')).body.items.map(({ id }: { id: string }) => id);
    expect(await ids('just this')).toEqual([own.installation]);
    expect(await ids('another installation')).toEqual([]);
    expect((await call('another provider', 'listInstallations')).body).toMatchObject({
      reason: 'provider_not_allowed',
    });
  });

  // Last, since it changes what there is. What reaches every provider is for keys that do.
  const lastly = ['cancelOperation', 'deleteConnection'];
  const within = keyed
    .map(({ operationId }) => operationId)
    .filter(
      (id) =>
        !['createSession', 'deleteSessions', 'eraseSubject', 'getErasure', ...lastly].includes(id),
    );
  test.each([...within, ...lastly])(
    'given a key for just this, when %s is called, then it is let in',
    async (operationId) => {
      const answer = await call('just this', operationId);
      expect(answer.text).not.toContain('not_allowed');
      expect(answer.status).not.toBe(403);
    },
  );
});
