import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { operator } from '../../infra/local/credentials.ts';
import { region, tableName } from '../../infra/local/template.ts';
import {
  nameKey,
  type OperationRecord,
  operationKey,
  overdueShard,
} from '../../lib/operations/record.ts';
import { subjectDigest, subjectPartition } from '../../lib/storage/keys.ts';
import { dynamoTable, type Item } from '../../lib/storage/table.ts';
import type { TestGateway } from '../harness/gateway.ts';
import {
  type Answer,
  backend,
  connected,
  erased,
  executionOf,
  type Person,
  read,
  signedIn,
} from './person.ts';

type Host = 'github' | 'gitlab';

/** How to start the gateway for it: a token is over by the next run, so that each use is a refresh. */
export const hurried = {
  coldStarts: { after: 61_000 },
  sandbox: {
    accessSeconds: { github: 60, gitlab: 60 },
    importPace: { settleMs: 0, scheduledMs: 0, startedMs: 0 },
  },
} as const;

/**
 * Lets every function do all that it is there for, once at least, each in a container that knows
 * nothing yet. `gateway` was started {@link hurried}. What comes of it is looked at in
 * the calls to AWS, so an answer that is an error is one of the answers.
 */
export async function useEverything(gateway: TestGateway): Promise<void> {
  await readsAndRefreshes(gateway);
  await endsOfGrants(gateway);
  await creations(gateway);
  await stepsWithoutGrant(gateway);
  await whatNobodyFinished(gateway);
  await installations(gateway);
  await departures(gateway);
  await care(gateway);
  await backend(gateway, 'nobody')('GET', '/health');
  for (const path of ['/openapi.json', '/install/github']) {
    await fetch(gateway.url + path, { redirect: 'manual' });
  }
}

/** The routes of one connection and of the subject's lists, called by key and by session. */
async function readsAndRefreshes(gateway: TestGateway): Promise<void> {
  const person = await signedIn(gateway, 'reader');
  const connection = await connected(gateway, person, 'gitlab');
  await connected(gateway, person, 'gitlab');
  await person.open(`${gateway.url}/`);
  await person.step(`${gateway.url}/connect/gitlab?connection=${connection}`);
  const paths = [
    '/connections',
    `/connections/${connection}`,
    `/connections/${connection}/namespaces`,
    `/connections/${connection}/repositories`,
    `/connections/${connection}/names/anything`,
    '/operations',
  ];
  for (const call of await callers(gateway, 'reader')) {
    for (const path of paths) await call('GET', path);
    await call('POST', `/connections/${connection}/token`);
  }
}

/** A backend's calls and those of a browser, for one subject. */
async function callers(gateway: TestGateway, subject: string) {
  const person = await arrived(gateway, subject);
  const bySession = async (method: string, path: string, json?: unknown): Promise<Answer> => {
    const headers = {
      cookie: await person.cookie(),
      origin: gateway.url,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    };
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    return read(await fetch(gateway.url + path, { method, headers, redirect: 'manual', ...body }));
  };
  const byKey = (method: string, path: string, json?: unknown) =>
    backend(gateway, subject)(method, path, {
      ...(json === undefined ? {} : { json }),
      headers: { 'idempotency-key': randomUUID() },
    });
  return [byKey, bySession] as const;
}

/** Whoever uses a token learns that the host has ended it, and tells; a new consent mends it. */
async function endsOfGrants(gateway: TestGateway): Promise<void> {
  const person = await arrived(gateway, 'broken');
  const call = backend(gateway, 'broken');
  for (const use of ['POST /token', 'GET /namespaces', 'GET /repositories', 'GET /names/x']) {
    const [method = '', path = ''] = use.split(' ');
    const connection = await joined(gateway, person, 'gitlab');
    gateway.sandbox.revoke('gitlab');
    await call(method, `/connections/${connection}${path}`);
  }
  await joined(gateway, person, 'gitlab');
}

/** Repositories by each strategy, asked for by key, by session and on the page; one that fails. */
async function creations(gateway: TestGateway): Promise<void> {
  const subject = 'maker';
  const person = await arrived(gateway, subject);
  const github = await joined(gateway, person, 'github');
  const gitlab = await joined(gateway, person, 'gitlab');
  const [byKey, bySession] = await callers(gateway, subject);
  const files = [{ path: 'MADE', text: 'yes' }];
  const template = 'templates/starter';
  const common = { files, deadlineMinutes: 240 };
  const wanted = [
    { ...common, connection: github, template, strategy: 'generate', name: 'generated' },
    { ...common, connection: gitlab, template, strategy: 'fork', name: 'forked' },
    { ...common, connection: gitlab, name: 'created' },
    { ...common, connection: gitlab, template: 'templates/fails', name: 'x', onFailure: 'delete' },
  ];
  let last = '';
  for (const request of wanted) {
    // Somebody who has ended holds the name, and gives way.
    if (last !== '') {
      const provider = request.connection === github ? 'github' : 'gitlab';
      const key = nameAt(gateway, provider, request.name);
      await write(gateway, { ...key, v: 1, operation: last });
    }
    const { body } = await byKey('POST', '/repositories', request);
    last = body.id;
    await workflowEnd(gateway, last);
  }
  // The first one had no predecessor.
  const second = { ...wanted[0], name: 'generated-again' };
  const key = nameAt(gateway, 'github', second.name);
  await write(gateway, { ...key, v: 1, operation: last });
  const { body } = await bySession('POST', '/repositories', second);
  await workflowEnd(gateway, body.id);
  await bySession('GET', `/operations/${last}`);
  await bySession('POST', `/operations/${last}/cancel`);

  const form = await person.open(`${gateway.url}/new?connection=${gitlab}`);
  const name = { name: 'by-form' };
  // Away and back: what was typed is kept, found, and forgotten once it was sent.
  await person.submit(form, form.forms[0], { fields: { ...name, go: 'connect/gitlab' } });
  await person.open(`${gateway.url}/`);
  const again = await person.open(`${gateway.url}/new?name=by-form`);
  const progress = await person.submit(again, again.forms[0], { fields: name });
  await workflowEnd(gateway, new URL(progress.url).searchParams.get('operation') ?? '');
}

/** The host ends the grant while a step works, whichever it is. */
async function stepsWithoutGrant(gateway: TestGateway): Promise<void> {
  const subject = 'unlucky';
  const person = await arrived(gateway, subject);
  const call = backend(gateway, subject);
  // The last one fails in each of its steps: fork, look, configure, commit.
  const strategies: readonly (readonly [Host, string, number])[] = [
    ['github', 'generate', 1],
    ['gitlab', 'create', 1],
    ['gitlab', 'fork', 4],
  ];
  const rule = { grantType: 'refresh_token', count: 100, action: 'status', status: 400 } as const;
  for (const [host, strategy, times] of strategies) {
    for (let skip = 0; skip < times; skip += 1) {
      const connection = await joined(gateway, person, host);
      gateway.sandbox.fault({ ...rule, provider: host, skip, body: { error: 'invalid_grant' } });
      const { body } = await call('POST', '/repositories', {
        json: {
          connection,
          strategy,
          ...(strategy === 'create' ? {} : { template: 'templates/starter' }),
          name: `${strategy}-${skip}`,
          files: [{ path: 'MADE', text: 'yes' }],
          deadlineMinutes: 240,
        },
        headers: { 'idempotency-key': randomUUID() },
      });
      await workflowEnd(gateway, body.id);
      gateway.sandbox.clearFaults();
    }
  }
}

/** Operations whose workflow never started, or never ended: whoever looks makes up for it. */
async function whatNobodyFinished(gateway: TestGateway): Promise<void> {
  const subject = 'forgotten';
  const person = await arrived(gateway, subject);
  const connection = await joined(gateway, person, 'gitlab');
  const call = backend(gateway, subject);
  const left = async (name: string, changes: Item) => {
    const headers = { 'idempotency-key': randomUUID() };
    const { body } = await call('POST', '/repositories', { json: { connection, name }, headers });
    await workflowEnd(gateway, body.id);
    const item = await tableOf(gateway, (table) => table.get(operationKey(body.id) ?? noKey()));
    const plan = { ...Object(item?.plan), marked: false };
    await write(gateway, { ...item, plan, status: 'running', announced: false, ...changes });
    return body.id;
  };
  const unstarted = { status: 'pending', deadline: Date.now() + 1e10 };
  const overdue = { deadline: 1 };
  await call('GET', `/operations/${await left('unstarted', unstarted)}`);
  await call('POST', `/operations/${await left('unwanted', unstarted)}/cancel`);
  await call('GET', `/operations/${await left('overdue', overdue)}`);
  const shown = await left('shown', overdue);
  await person.open(`${gateway.url}/new?operation=${shown}`);
  const due = { dueShard: overdueShard, dueAt: 1 };
  await left('late', { ...unstarted, ...due });
  await left('lost', { ...overdue, ...due });
  // Its answer was lost for good, and it has no mark: its name tells whether it is looked for once more.
  const unanswered = { status: 'failed', unansweredAt: 1, repository: undefined, ...due };
  const unmarked = await left('unclaimed', unanswered);
  await gateway.invoke('endOverdue', {});
  await workflowEnd(gateway, unmarked);
}

async function installations(gateway: TestGateway): Promise<void> {
  const call = backend(gateway, 'nobody');
  for (const host of ['github', 'atomgit']) {
    await call('GET', `/installations/${host}`);
    for (const turn of [18, 14]) {
      for (const _ of ['mint', 'share']) {
        const path = `/installations/${host}/${turn}`;
        const shared = turn === 18 ? ['POST', `${path}/token`] : ['GET', `${path}/repositories`];
        await call(shared[0] ?? '', shared[1] ?? '');
      }
    }
  }
}

/** Connections, sessions and whole subjects end. */
async function departures(gateway: TestGateway): Promise<void> {
  const person = await arrived(gateway, 'leaver');
  for (const call of await callers(gateway, 'leaver')) {
    const connection = await joined(gateway, person, 'gitlab');
    await call('DELETE', `/connections/${connection}`);
    await call('DELETE', `/connections/${connection}`);
  }
  const [byKey, bySession] = await callers(gateway, 'leaver');
  await hostDown(gateway, async () => {
    await byKey('DELETE', `/connections/${await joined(gateway, person, 'gitlab')}`);
  });
  // The host has not heard of it, and the user comes back.
  await joined(gateway, person, 'gitlab');
  await joined(gateway, person, 'github');
  await erased(gateway, 'leaver');
  // One is under way, as far as can be told.
  const pk = `ERASURE#${subjectDigest(subjectPartition('leaving'))}`;
  const counts = { removed: 0, deleted: 0, pending: 0 };
  const underWay = { run: 'run', status: 'running', startedAt: Date.now(), ...counts };
  await write(gateway, { pk, sk: 'ERASURE', v: 1, ...underWay });
  await erased(gateway, 'leaving');
  await byKey('GET', '/subjects/leaver/erasure');
  // They hold names.
  await erased(gateway, 'maker');
  await bySession('DELETE', '/sessions/current');
  await signedIn(gateway, 'leaver');
  await byKey('POST', '/sessions', { request: 'r'.repeat(43), subject: 'leaver' });
  await byKey('DELETE', '/subjects/leaver/sessions');
}

/** Idle care: what lives on, what the host has ended, what waits to be revoked. */
async function care(gateway: TestGateway): Promise<void> {
  const person = await arrived(gateway, 'idle');
  const leaving = await joined(gateway, person, 'gitlab');
  await hostDown(gateway, async () => {
    await backend(gateway, 'idle')('DELETE', `/connections/${leaving}`);
  });
  gateway.clock.advance(60 * minutes);
  await gateway.invoke('careForIdle', {});

  await joined(gateway, await arrived(gateway, 'idle'), 'gitlab');
  gateway.clock.advance(25 * 24 * 60 * minutes);
  await gateway.invoke('careForIdle', {});
  gateway.sandbox.revoke('gitlab');
  gateway.clock.advance(25 * 24 * 60 * minutes);
  await gateway.invoke('careForIdle', {});
}

/** Lets GitLab take no revocation for a while. */
async function hostDown({ sandbox }: TestGateway, act: () => Promise<void>): Promise<void> {
  const down = {
    provider: 'gitlab',
    path: '/oauth/revoke',
    action: 'status',
    status: 503,
  } as const;
  sandbox.fault({ ...down, count: 100 });
  await act();
  sandbox.clearFaults();
}

/** Signed in, where that is not what is looked at: no cold start. */
function arrived(gateway: TestGateway, subject: string): Promise<Person> {
  return gateway.warmly(() => signedIn(gateway, subject));
}

/** Connected likewise. */
function joined(gateway: TestGateway, person: Person, host: Host): Promise<string> {
  return gateway.warmly(() => connected(gateway, person, host));
}

/** Waits without asking a function, which would be one more cold start. */
async function workflowEnd(gateway: TestGateway, id: string): Promise<void> {
  while (executionOf(gateway, id)?.status === 'RUNNING') await sleep(2);
}

const minutes = 60_000;

async function write(gateway: TestGateway, item: Item): Promise<void> {
  const key = { pk: String(item.pk), sk: String(item.sk) };
  await tableOf(gateway, (table) => table.put({ ...item, ...key }));
}

async function tableOf<T>(
  { databaseUrl }: TestGateway,
  use: (table: ReturnType<typeof dynamoTable>) => Promise<T>,
): Promise<T> {
  const client = new DynamoDBClient({ region, endpoint: databaseUrl, credentials: operator });
  try {
    return await use(dynamoTable(DynamoDBDocumentClient.from(client), tableName));
  } finally {
    client.destroy();
  }
}

function noKey(): never {
  throw new Error('no operation was made');
}

/** Where the reservation of that name lies. */
function nameAt(gateway: TestGateway, provider: Host, name: string) {
  const host = gateway.sandbox.providers[provider].apiUrl;
  const plan = { namespace: 'sandbox-user', name } as OperationRecord['plan']; // of which the key takes these
  return nameKey({ host, provider, plan });
}
