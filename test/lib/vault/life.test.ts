import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { connectionId } from '../../../lib/vault/connection.ts';
import { parseRecord } from '../../../lib/vault/record.ts';
import {
  accessToken,
  closeConnections,
  disconnect,
  eraseConnections,
  getConnection,
  listConnections,
} from '../../../lib/vault/vault.ts';
import { connectWith } from '../../harness/connect-with.ts';
import { gate } from './authorization-server.ts';
import { failure, providerId, startWorld, type World } from './world.ts';

let world: World;
const redirectUri = 'https://bridge.example/callback/host';

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

function leaving() {
  const end = world.now() + 29_000;
  return { caller: 'tests', purpose: 'disconnect', timeLeft: () => end - world.now() };
}

async function connectAs(partition: string, accountId: string) {
  const consent = { partition, provider: providerId, redirectUri, tokens: world.server.consent() };
  return connectWith(world.vault(), {
    ...consent,
    account: { id: accountId, login: `u${accountId}` },
  });
}

describe('connecting', () => {
  test('given a consent, when it is stored, then the subject sees the connection and no token stands in the table', async () => {
    const { ref, connection, tokens } = await world.connected({ scopes: ['api'] });
    expect(await getConnection(world.vault(), ref)).toEqual(connection);
    expect(connection).toMatchObject({ status: 'active', generation: 1, scopes: ['api'] });
    const item = await world.database.table.get({ pk: ref.partition, sk: `CONNECTION#${ref.id}` });
    const stored = JSON.stringify(item);
    expect(stored).not.toContain(tokens.accessToken);
    expect(stored).not.toContain(tokens.refreshToken);
  });

  test('given only the sealing half of the vault, when a consent is stored, then that is enough', async () => {
    const { opener: _, providers: __, audit: ___, ...sealing } = world.vault();
    const tokens = world.server.consent();
    const account = { id: '9', login: 'ada' };
    const consent = { partition: 'SUBJECT#c', provider: providerId, account, tokens, redirectUri };
    expect((await connectWith(sealing, consent)).generation).toBe(1);
  });

  test('given a connection that must be reconnected, when the same account consents again, then it is the same connection, active, one generation on', async () => {
    const { ref, connection } = await world.connected({ endsIn: -1 });
    const vault = world.vault();
    const record = await vault.store.read(ref);
    if (record) await vault.store.markBroken(record, 'invalid_grant', world.now());
    const again = await world.consent(ref.partition, world.server.consent());
    expect(again).toMatchObject({ id: connection.id, status: 'active', generation: 2 });
    expect(again).not.toHaveProperty('reason');
    expect(again.connectedAt).toBe(connection.connectedAt);
  });

  test('given another account of the same subject, when it consents, then it is another connection', async () => {
    const one = await connectAs('SUBJECT#two', '1');
    const two = await connectAs('SUBJECT#two', '2');
    expect(two.id).not.toBe(one.id);
    expect((await listConnections(world.vault(), 'SUBJECT#two', {})).items).toHaveLength(2);
  });

  test('given 10 consents of one account at once, when all are stored, then each is a generation of its own', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => connectAs('SUBJECT#ten', '1')));
    const generations = all.map(({ generation }) => generation).sort((one, two) => one - two);
    expect(generations).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('given a consent while a refresh of the one before is in flight, when the answer comes, then the new tokens stay', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const answer = gate();
    world.server.faults.push({ answerGate: answer });
    const late = accessToken(world.vault(), world.request(ref));
    await answer.reached;
    const tokens = world.server.consent();
    await world.consent(ref.partition, { ...tokens, expiresAt: world.now() + 7_200_000 });
    answer.open();
    expect(await late).toMatchObject({ accessToken: tokens.accessToken, generation: 2 });
    expect(world.server.isLive(tokens.accessToken)).toBe(true);
  });

  test('given 120 connections, when they are listed page by page, then each comes once', async () => {
    const partition = 'SUBJECT#many';
    await Promise.all(Array.from({ length: 120 }, (_, id) => connectAs(partition, String(id))));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listConnections(world.vault(), partition, cursor ? { cursor } : {});
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(120);
    expect(seen).toHaveLength(120);
  });

  test('given a cursor that is none, when it is used, then it is InvalidInput', async () => {
    const listed = listConnections(world.vault(), 'SUBJECT#many', { cursor: '../x' });
    expect((await failure(listed))?.code).toBe('InvalidInput');
  });

  test('given a record of an unknown version, when it is read, then it is refused', async () => {
    const { ref } = await world.connected();
    const item = await world.database.table.get({ pk: ref.partition, sk: `CONNECTION#${ref.id}` });
    expect(() => parseRecord({ ...item, v: 2 })).toThrow(ForgebridgeError);
    expect(parseRecord({ ...item })).toMatchObject({ id: ref.id });
  });

  test('given the same account, when its id is made for two subjects, then the ids differ', () => {
    expect(connectionId('a', 'host', '1')).not.toBe(connectionId('b', 'host', '1'));
  });
});

test('C24 given tokens are handed out and refreshed, when the audit is read, then it names connection, caller and purpose of each, and holds no token', async () => {
  const { ref, tokens } = await world.connected({ endsIn: -1 });
  world.audit.length = 0;
  const vault = world.vault();
  const fresh = await accessToken(vault, world.request(ref, { caller: 'one', purpose: 'clone' }));
  await accessToken(vault, world.request(ref, { caller: 'two', purpose: 'list' }));
  const common = { connection: ref.id, provider: providerId };
  expect(world.audit).toEqual([
    { ...common, caller: 'one', purpose: 'clone', generation: 1, token: 'refresh' },
    { ...common, caller: 'one', purpose: 'clone', generation: 2, token: 'access' },
    { ...common, caller: 'two', purpose: 'list', generation: 2, token: 'access' },
  ]);
  const written = JSON.stringify(world.audit);
  for (const token of [tokens.accessToken, tokens.refreshToken, fresh.accessToken]) {
    expect(written).not.toContain(token);
  }
});

describe('C25 disconnecting', () => {
  test('given the provider answers, when a connection is ended, then its tokens are dead and it is gone', async () => {
    const { ref, tokens } = await world.connected();
    await disconnect(world.vault(), ref, leaving());
    expect(world.server.isLive(tokens.accessToken)).toBe(false);
    expect(world.server.isLive(tokens.refreshToken)).toBe(false);
    expect((await failure(getConnection(world.vault(), ref)))?.code).toBe('NotFound');
    expect((await failure(disconnect(world.vault(), ref, leaving())))?.code).toBe('NotFound');
  });

  test('given the provider is down, when a connection is ended, then no token is handed out from that moment', async () => {
    const { ref } = await world.connected();
    world.server.outage = { answer: { status: 503 } };
    await disconnect(world.vault(), ref, leaving());
    world.server.outage = undefined;
    expect(await getConnection(world.vault(), ref)).toMatchObject({ status: 'revoked' });
    const error = await failure(accessToken(world.vault(), world.request(ref)));
    expect(error).toMatchObject({ code: 'ReconnectRequired', details: { reason: 'revoked' } });
    expect((await world.record(ref))?.dueAt).toBeGreaterThan(world.now());
  });

  test('given a refresh in flight, when the connection is ended, then the row does not come back and what the refresh got is revoked', async () => {
    const live = world.server.liveTokens();
    const { ref } = await world.connected({ endsIn: -1 });
    world.outcomes.length = 0;
    const answer = gate();
    world.server.faults.push({ answerGate: answer });
    const late = failure(accessToken(world.vault(), world.request(ref)));
    await answer.reached;
    await disconnect(world.vault(), ref, leaving());
    answer.open();
    expect((await late)?.code).toBe('NotFound');
    expect(await world.record(ref)).toBeUndefined();
    expect(world.outcomes).toContain('orphan_revoked');
    expect(world.server.liveTokens()).toBe(live);
  });

  test('given a refresh in flight of a connection that was ended and made again, when its answer comes, then the new one is untouched', async () => {
    const { ref } = await world.connected({ endsIn: -1 });
    const answer = gate();
    world.server.faults.push({ answerGate: answer });
    const late = accessToken(world.vault(), world.request(ref));
    await answer.reached;
    await disconnect(world.vault(), ref, leaving());
    const tokens = world.server.consent();
    const again = await world.consent(ref.partition, {
      ...tokens,
      expiresAt: world.now() + 7_200_000,
    });
    expect(again.generation).toBe(1);
    answer.open();
    expect(await late).toMatchObject({ accessToken: tokens.accessToken, generation: 1 });
  });

  test('given a subject with three connections and one provider call that fails, when all are erased, then two are gone, one is pending and none works', async () => {
    const partition = 'SUBJECT#erased';
    for (const id of ['1', '2', '3']) await connectAs(partition, id);
    world.server.faults.push({ answer: { status: 500 } });
    const erased = await eraseConnections(world.vault(), partition, leaving());
    expect(erased).toMatchObject({ removed: 2, pending: 1, whole: true });
    const { items } = await listConnections(world.vault(), partition, {});
    expect(items.map(({ status }) => status)).toEqual(['revoked']);
  });

  test('given no time is left to revoke, when all are erased, then all are tombstoned nevertheless', async () => {
    const partition = 'SUBJECT#hurried';
    for (const id of ['1', '2']) await connectAs(partition, id);
    const hurried = { ...leaving(), timeLeft: () => 500 };
    expect(await closeConnections(world.vault(), partition, hurried)).toBe(false);
    expect(await eraseConnections(world.vault(), partition, hurried)).toMatchObject({
      removed: 0,
      whole: false,
    });
    const { items } = await listConnections(world.vault(), partition, {});
    expect(items.every(({ status }) => status === 'revoked')).toBe(true);
  });
});
