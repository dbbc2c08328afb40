import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subjectDigest, subjectPartition } from '../../lib/storage/keys.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import {
  authorizeUrl,
  backend,
  callbackUrl,
  connected,
  connectionsOf,
  ended,
  erased,
  signedIn,
} from './person.ts';
import { records } from './records.ts';

describe('an erasure', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  /** All that is stored of a subject, or names it, but for what is known of its erasure. */
  async function left(subject: string) {
    const digest = subjectDigest(subjectPartition(subject));
    const all = await records(gateway);
    return all.filter(
      (item) => JSON.stringify(item).includes(digest) && item.pk !== `ERASURE#${digest}`,
    );
  }

  const live = (provider: 'gitlab' | 'github') =>
    gateway.sandbox.state(provider).tokens.filter((each) => each.use === 'access' && each.live)
      .length;

  test('given a subject with connections, a session, a flow, a link and a repository made, when it is erased, then the answer names a status, which says complete, and nothing of it is left', async () => {
    const person = await signedIn(gateway, 'gone');
    const call = backend(gateway, 'gone');
    const connection = await connected(gateway, person, 'gitlab');
    await connected(gateway, person, 'github');
    await authorizeUrl(gateway, person, 'gitlab');
    const link = { request: 'g'.repeat(43), subject: 'gone', label: 'Jo of Gone' };
    expect((await call('POST', '/sessions', { json: link })).status).toBe(201);
    const headers = { 'idempotency-key': 'gone' };
    const files = [{ path: 'a', text: 'a' }];
    const json = { connection, name: 'made-by-gone', files };
    const made = await call('POST', '/repositories', { json, headers });
    expect(await ended(gateway, 'gone', made.body.id)).toMatchObject({ status: 'succeeded' });
    expect((await left('gone')).length).toBeGreaterThan(5);
    expect(JSON.stringify(await records(gateway))).toContain('made-by-gone');

    const begun = await call('DELETE', '/subjects/gone');

    expect([begun.status, begun.body.status]).toEqual([202, 'running']);
    expect(begun.headers.get('location')).toBe('/subjects/gone/erasure');
    const { status, body } = await erased(gateway, 'gone');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'complete', connections: { removed: 2, pending: 0 } });
    expect(body.completedAt).toEqual(expect.any(String));
    expect(await left('gone')).toEqual([]);
    // Nor does the name that it held say so.
    expect(JSON.stringify(await records(gateway))).not.toContain('made-by-gone');
    expect([live('gitlab'), live('github')]).toEqual([0, 0]);
    const cookie = await person.cookie();
    expect((await fetch(`${gateway.url}/connections`, { headers: { cookie } })).status).toBe(401);
  });

  test('C25 given a callback that waits for its host, when the subject is erased meanwhile, then the consent is taken back, and nothing of it works', async () => {
    const before = live('gitlab');
    const person = await signedIn(gateway, 'waiting');
    const callback = await callbackUrl(gateway, person, 'gitlab');
    const delay = { provider: 'gitlab', grantType: 'authorization_code', action: 'delay' } as const;
    gateway.sandbox.fault({ ...delay, delayAfterMs: 700 });
    const waiting = person.step(callback.href);
    // The flow is used up before the host is asked.
    await expect
      .poll(async () => JSON.stringify(await left('waiting')).includes('FLOW#'), { interval: 5 })
      .toBe(false);

    const { body } = await erased(gateway, 'waiting');
    const answer = await waiting;

    expect(body.status).toBe('complete');
    expect([answer.status, answer.html]).toEqual([400, expect.stringContaining('StateMismatch')]);
    expect(await connectionsOf(gateway, 'waiting')).toEqual([]);
    expect(await left('waiting')).toEqual([]);
    expect(live('gitlab')).toBe(before);
  });

  test('given an erasure that is under way, when it is asked for again, then it is the same one; once it is complete, another begins', async () => {
    const person = await signedIn(gateway, 'twice');
    await connected(gateway, person, 'gitlab');
    const call = backend(gateway, 'twice');
    const [one, two] = await Promise.all([
      call('DELETE', '/subjects/twice'),
      call('DELETE', '/subjects/twice'),
    ]);
    expect(two.body.startedAt).toBe(one.body.startedAt);
    const first = await erased(gateway, 'twice');
    expect(first.body.status).toBe('complete');
    gateway.clock.advance(1_000);
    const again = await erased(gateway, 'twice');
    expect(Date.parse(again.body.startedAt)).toBeGreaterThan(Date.parse(one.body.startedAt));
    expect(again.body).toMatchObject({ status: 'complete', connections: { removed: 0 } });
  });

  test('given nobody was erased, when it is asked for, then there is no such erasure', async () => {
    const { status } = await backend(gateway, 'x')('GET', '/subjects/never-erased/erasure');
    expect(status).toBe(404);
  });

  test('given a host that does not hear of a revocation, when a subject is erased, then it works no more at once, and is complete once the host has heard', async () => {
    const person = await signedIn(gateway, 'unheard');
    const id = await connected(gateway, person, 'gitlab');
    const call = backend(gateway, 'unheard');
    const down = { provider: 'gitlab', path: '/oauth/revoke', action: 'status' } as const;
    gateway.sandbox.fault({ ...down, status: 503, count: 1_000 });
    await call('DELETE', '/subjects/unheard');
    const status = async () => (await call('GET', '/subjects/unheard/erasure')).body;
    await expect.poll(async () => (await status()).connections.pending).toBe(1);
    expect((await call('POST', `/connections/${id}/token`)).status).toBe(409);
    expect((await status()).status).toBe('running');

    gateway.sandbox.clearFaults();
    gateway.clock.advance(3_600_000);

    await expect.poll(async () => (await status()).status).toBe('complete');
    expect((await status()).connections).toEqual({ removed: 1, pending: 0 });
    expect(await left('unheard')).toEqual([]);
  });
});
