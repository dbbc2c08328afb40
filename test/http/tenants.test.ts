import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { readDeployment } from '../harness/routes.ts';
import { describedOperations } from './openapi.ts';
import {
  type Answer,
  backend,
  connected,
  connectionsOf,
  ended,
  type Person,
  read,
  signedIn,
  visitor,
} from './person.ts';
import { records } from './records.ts';

/** What A has, and B asks for. */
interface Owned {
  readonly connection: string;
  readonly operation: string;
  /** Code of a session link made for A. */
  readonly code: string;
}

interface Attempt {
  readonly path: (of: Owned) => string;
  readonly body?: (of: Owned) => Readonly<Record<string, string>>;
  /** What the asker gets; 404 unless told. */
  readonly status?: number;
}

const under = (rest = ''): Attempt => ({ path: (of) => `/connections/${of.connection}${rest}` });
const onOperation = (rest = ''): Attempt => ({
  path: (of) => `/operations/${of.operation}${rest}`,
});
const creation = ({ connection }: Owned) => ({
  connection,
  name: 'stolen',
  idempotencyKey: 'steal',
});

/** How each operation of openapi.yaml is tried on what belongs to somebody else. */
const attempts: Readonly<Record<string, Attempt>> = {
  getNewRepositoryPage: { path: (of) => `/new?operation=${of.operation}` },
  submitNewRepositoryPage: { path: () => '/new', body: creation },
  startConnect: { path: (of) => `/connect/gitlab?connection=${of.connection}` },
  getConnection: under(),
  deleteConnection: under(),
  submitDisconnect: under('/disconnect'),
  createToken: under('/token'),
  listNamespaces: under('/namespaces'),
  listRepositories: under('/repositories'),
  checkName: under('/names/free'),
  checkTemplate: under('/template?fullName=templates/starter'),
  createRepository: {
    path: () => '/repositories',
    body: ({ connection }) => ({ connection, name: 'stolen' }),
  },
  getOperation: onOperation(),
  cancelOperation: onOperation('/cancel'),
  // A link is no thing of A's that B could name: it is a bearer's, and void in B's browser.
  openSession: { path: (of) => `/sessions/${of.code}`, status: 400 },
};

/** Operations that name nothing of a subject, and why there is nothing to try. */
const nothingToName: Readonly<Record<string, string>> = {
  getHomePage: 'shows the session’s own',
  createSession: 'the backend speaks for any subject',
  deleteSession: 'ends the session of its own cookie',
  deleteSessions: 'the backend speaks for any subject',
  submitSignOut: 'ends the session of its own cookie',
  getFavicon: 'is public',
  getButtonPage: 'names no thing of anybody',
  getButton: 'is public',
  getPopUpScript: 'is public',
  completeConnect: 'C01 to C07: state, cookie and code',
  listConnections: 'lists the caller’s own; tested below',
  listOperations: 'lists the caller’s own; tested below',
  startInstall: 'installations belong to no subject',
  listInstallations: 'installations belong to no subject',
  listInstallationRepositories: 'installations belong to no subject',
  createInstallationToken: 'installations belong to no subject',
  eraseSubject: 'the backend speaks for any subject',
  getErasure: 'the backend speaks for any subject',
  getDescription: 'is public',
  getHealth: 'is public',
  listProviders: 'is public',
};

describe('one subject and another', () => {
  let gateway: TestGateway;
  let owner: Person;
  let other: Person;
  let of: Owned;
  beforeAll(async () => {
    gateway = await startTestGateway();
    owner = await signedIn(gateway, 'owner');
    other = await signedIn(gateway, 'other');
    const connection = await connected(gateway, owner, 'gitlab');
    const created = await backend(gateway, 'owner')('POST', '/repositories', {
      json: { connection, name: 'owned' },
      headers: { 'idempotency-key': 'own' },
    });
    const operation = created.body.id;
    await ended(gateway, 'owner', operation);
    const waiting = await visitor(gateway, 'owner').step(`${gateway.url}/`);
    const request = new URL(waiting.headers.get('location') ?? '').searchParams.get('request');
    const made = await backend(gateway, 'owner')('POST', '/sessions', {
      json: { request, subject: 'owner' },
    });
    of = { connection, operation, code: String(made.body.url).split('/').at(-1) ?? '' };
  });
  afterAll(() => gateway.stop());

  const described = describedOperations();
  const method = (operationId: string) =>
    described.find((each) => each.operationId === operationId)?.method ?? '';
  const path = (operationId: string) =>
    described.find((each) => each.operationId === operationId)?.path ?? '';

  test('C59 given openapi.yaml, when its operations are compared with those tried here, then none is left out and none is unknown', () => {
    const known = [...Object.keys(attempts), ...Object.keys(nothingToName)].sort();
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(known);
  });

  test('C59 given the routes that are deployed, when they are compared with openapi.yaml, then each is described', () => {
    const routes = described.map((each) => `${each.method} ${each.path}`);
    for (const route of readDeployment().routes) {
      expect(routes).toContain(`${route.method} ${route.path}`);
    }
  });

  type Who = 'the backend for B' | "B's browser";
  async function send(who: Who, operationId: string, person: Person): Promise<Answer> {
    const attempt = attempts[operationId];
    if (attempt === undefined) throw new Error(`nothing to try for ${operationId}`);
    const body = attempt.body?.(of);
    if (who === 'the backend for B') {
      return backend(gateway, person.subject)(method(operationId), attempt.path(of), {
        ...(body === undefined ? {} : { json: body }),
        headers: { 'idempotency-key': 'steal' },
      });
    }
    const isForm = path(operationId) === '/new';
    const sent = isForm ? new URLSearchParams(body) : JSON.stringify(body);
    return read(
      await fetch(gateway.url + attempt.path(of), {
        method: method(operationId),
        redirect: 'manual',
        headers: {
          cookie: await person.cookie(),
          origin: gateway.url,
          'idempotency-key': 'steal',
          ...(isForm || body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: sent }),
      }),
    );
  }

  const byBackend = Object.keys(attempts).filter(
    (id) =>
      ![
        'getNewRepositoryPage',
        'submitNewRepositoryPage',
        'submitDisconnect',
        'startConnect',
        'openSession',
      ].includes(id),
  );
  const tries = [
    ...byBackend.map((id) => ['the backend for B', id] as const),
    ...Object.keys(attempts).map((id) => ["B's browser", id] as const),
  ];

  test.each(tries)(
    "C59 given what belongs to A, when %s asks for it at %s, then it is a 404 as for what does not exist, and A's is unchanged",
    async (who, operationId) => {
      const before = await records(gateway);
      const calls = gateway.sandbox.requests.length;
      const answer = await send(who, operationId, other);
      // A session can never read a token, its own or not.
      const refused = who === "B's browser" && operationId === 'createToken' ? 403 : undefined;
      expect(answer.status).toBe(refused ?? attempts[operationId]?.status ?? 404);
      expect(answer.text).not.toMatch(/owned|sandbox-user/);
      // A link in a wrong browser is burnt, and nothing else; what B typed is kept for B.
      const unlike = (all: typeof before) =>
        all.flatMap(({ openedAt: _, ...record }) =>
          String(record.pk).startsWith('DRAFT#') ? [] : record,
        );
      expect(unlike(await records(gateway))).toEqual(unlike(before));
      expect(gateway.sandbox.requests).toHaveLength(calls);
    },
  );

  test('C59 given a form that B filled with what is A’s, when it is refused, then it offers nothing of A’s', async () => {
    const shown = await other.step(`${gateway.url}/new?connection=${of.connection}`);
    expect(shown.html).not.toContain(of.connection);
  });

  test('C59 given what belongs to A, when B lists connections and operations, then B sees none', async () => {
    const call = backend(gateway, 'other');
    expect((await call('GET', '/connections')).body).toEqual({ items: [] });
    expect((await call('GET', '/operations')).body).toEqual({ items: [] });
    const [{ id }] = await connectionsOf(gateway, 'owner');
    const cursors = [id, Buffer.from(JSON.stringify({ createdAt: 0, id: of.operation }))];
    for (const cursor of cursors.map((each) =>
      typeof each === 'string' ? each : each.toString('base64url'),
    )) {
      expect((await call('GET', `/connections?cursor=${cursor}`)).text).not.toContain(
        'sandbox-user',
      );
      expect((await call('GET', `/operations?cursor=${cursor}`)).text).not.toContain('owned');
    }
  });

  test('C59 given the same idempotency key, when A and B use it, then each has an operation of their own', async () => {
    const connection = await connected(gateway, other, 'gitlab');
    const created = await backend(gateway, 'other')('POST', '/repositories', {
      json: { connection, name: 'others' },
      headers: { 'idempotency-key': 'own' },
    });
    expect(created.status).toBe(202);
    expect(created.body.id).not.toBe(of.operation);
    await ended(gateway, 'other', created.body.id);
  });

  // Last, since they change what A has: the same requests by A show that only the asker was wrong.
  test.each(byBackend.filter((id) => !['deleteConnection', 'createToken'].includes(id)))(
    'C59 given what belongs to A, when the backend for A asks for it at %s, then it is there',
    async (operationId) => {
      expect((await send('the backend for B', operationId, owner)).status).toBeLessThan(300);
    },
  );
});
