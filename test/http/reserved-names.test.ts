import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connect, connected, connectionsOf, ended, signedIn } from './person.ts';
import { recordsOf } from './records.ts';

let gateway: TestGateway;
let own: string;
let others: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  own = await connected(gateway, await signedIn(gateway, 'owner'), 'gitlab');
  const stranger = await signedIn(gateway, 'stranger');
  await connect(gateway, stranger, 'gitlab', { account: 'other-user' });
  others = (await connectionsOf(gateway, 'stranger'))[0].id;
});
afterAll(() => gateway.stop());

const create = (subject: string, idempotencyKey: string, json: object) =>
  backend(gateway, subject)('POST', '/repositories', {
    json,
    headers: { 'idempotency-key': idempotencyKey },
  });

test('given a name that is being created in a namespace, when another tenant who cannot see that namespace asks for it, then the answers are those to a name that nobody asked for', async () => {
  const secret = { connection: own, name: 'secret-plan', template: 'templates/hangs' };
  expect((await create('owner', 'first', secret)).status).toBe(202);
  await expect.poll(async () => (await recordsOf(gateway, 'NAME#')).length).toBe(1);
  expect((await create('owner', 'second', secret)).body).toMatchObject({
    code: 'AlreadyExists',
    reason: 'name_being_created',
  });

  const told = [];
  for (const name of ['secret-plan', 'nobodys-plan']) {
    const wish = { connection: others, namespace: 'sandbox-user', name };
    const answer = await create('stranger', name, wish);
    expect(answer.status).toBe(202);
    const { status, error } = await ended(gateway, 'stranger', answer.body.id);
    told.push({ status, error });
  }
  expect(told[0]).toEqual(told[1]);
  expect(told[0]).toMatchObject({ status: 'failed', error: { code: 'NotFound' } });
});
