import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessKeyOf } from '../../infra/local/credentials.ts';
import { region, tableName } from '../../infra/local/template.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, signedIn } from './person.ts';
import { recordsOf } from './records.ts';

let gateway: TestGateway;
let page: DynamoDBDocumentClient;
beforeAll(async () => {
  gateway = await startTestGateway();
  const credentials = { accessKeyId: accessKeyOf('page'), secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region, endpoint: gateway.databaseUrl, credentials });
  page = DynamoDBDocumentClient.from(client);
});
afterAll(async () => {
  page.destroy();
  await gateway.stop();
});

/** Whoever has taken over the page's function can write any connection: with its role, and without a key. */
const put = (Item: Record<string, unknown>) =>
  page.send(new PutCommand({ TableName: tableName, Item }));

const connectionOf = async (id: string) => {
  const [record] = await recordsOf(gateway, `CONNECTION#${id}`);
  if (record === undefined) throw new Error('it was just connected');
  return record;
};

test.each([
  ['its provider is another host', () => ({ provider: 'github' })],
  ['its token ends later', ({ expiresAt }) => ({ expiresAt: Number(expiresAt) + 86_400_000 })],
  ['its token has ended', () => ({ expiresAt: 1 })],
] satisfies [string, (record: Record<string, unknown>) => object][])(
  'C20 given a function that was taken over wrote that %s, when its token is asked for and used, then both are refused, no host is asked, and the log says which connection',
  async (_, change) => {
    const subject = randomUUID();
    const call = backend(gateway, subject);
    const id = await connected(gateway, await signedIn(gateway, subject), 'gitlab');
    const record = await connectionOf(id);
    await put({ ...record, ...change(record) });
    const [asked, said] = [gateway.sandbox.requests.length, gateway.logs.length];

    const token = await call('POST', `/connections/${id}/token`, { json: {} });
    const used = await call('GET', `/connections/${id}/repositories`);

    for (const answer of [token, used]) {
      expect([answer.status, answer.body.code]).toEqual([500, 'Misconfigured']);
      expect(answer.body.reason).toBe('record_refused');
    }
    expect(gateway.sandbox.requests.slice(asked)).toEqual([]);
    const lines = gateway.logs.slice(said).filter((line) => line.includes('"record_refused"'));
    expect(lines.some((line) => JSON.parse(line).connection === id)).toBe(true);
    expect(lines.some((line) => /"record_refused":\s*(1|\[1\])/.test(line))).toBe(true);

    await put(record);
    expect((await call('POST', `/connections/${id}/token`, { json: {} })).status).toBe(200);
  },
);

test('C25 given a user has disconnected while the host was down, when a function that was taken over makes the connection active again, then no token is handed out, and none is shown', async () => {
  const call = backend(gateway, 'leaver');
  const id = await connected(gateway, await signedIn(gateway, 'leaver'), 'gitlab');
  const unheard = { provider: 'gitlab', path: '/oauth/revoke', action: 'status' } as const;
  gateway.sandbox.fault({ ...unheard, status: 503 });
  expect((await call('DELETE', `/connections/${id}`)).status).toBe(204);
  const tombstone = await connectionOf(id);
  expect(tombstone.status).toBe('revoked');
  await put({ ...tombstone, status: 'active' });

  const token = await call('POST', `/connections/${id}/token`, { json: {} });
  expect([token.status, token.body.reason]).toEqual([500, 'record_refused']);
  expect((await call('GET', `/connections/${id}`)).body.reason).toBe('record_refused');
  expect((await call('GET', '/connections')).body.items).toEqual([]);
});

test('C18 given a function that was taken over copied a connection to another subject, when that one asks for its token, then it is refused', async () => {
  const id = await connected(gateway, await signedIn(gateway, 'victim'), 'gitlab');
  await connected(gateway, await signedIn(gateway, 'thief'), 'gitlab');
  const record = await connectionOf(id);
  const [own] = (await backend(gateway, 'thief')('GET', '/connections')).body.items;
  const theirs = await connectionOf(own.id);
  await put({ ...record, pk: theirs.pk, sk: `CONNECTION#${id}` });

  const token = await backend(gateway, 'thief')('POST', `/connections/${id}/token`, { json: {} });
  expect([token.status, token.body.reason]).toEqual([500, 'record_refused']);
});
