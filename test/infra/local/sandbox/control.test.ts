import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anyPorts } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { listOf, send, user } from './calls.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ ports: anyPorts });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const control = (method: string, path: string, json?: unknown) =>
  send(method, sandbox.controlUrl + path, json === undefined ? {} : { json });

test('given the root, when a person opens it, then every control is explained', async () => {
  const { body } = await control('GET', '/');
  for (const word of ['/state', '/requests', '/faults', '/reset', 'reset-after']) {
    expect(body).toContain(word);
  }
});
test('given a posted fault, when a request comes, then it hits; deleted, it does not', async () => {
  const call = await user(sandbox, 'gitee');
  const fault = { provider: 'gitee', action: 'status', status: 503, count: 9 };
  expect((await control('POST', '/faults', fault)).status).toBe(204);
  expect((await call('GET', '/user')).status).toBe(503);
  expect((await control('DELETE', '/faults')).status).toBe(204);
  expect((await call('GET', '/user')).status).toBe(200);
});
test('given a fault that is none, when it is posted, then 400 says where', async () => {
  const { status, body } = await control('POST', '/faults', { action: 'explode' });
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain('action');
});
test('given activity, when state and requests are read, then they show it; reset forgets it', async () => {
  const call = await user(sandbox, 'github');
  await call('POST', '/user/repos', { name: 'mine' });
  const names = async () => {
    const { body } = await control('GET', '/state/github');
    return listOf(body.repositories).map((each) => each.fullName);
  };
  expect(await names()).toContain('sandbox-user/mine');
  expect(listOf((await control('GET', '/requests')).body).at(-1)).toMatchObject({
    provider: 'github',
    status: 201,
  });
  expect((await control('GET', '/token-calls')).body.github).toEqual({ authorization_code: 1 });
  await control('POST', '/reset');
  expect(await names()).not.toContain('sandbox-user/mine');
  expect((await control('GET', '/requests')).body).toEqual([]);
});
test('given an expiry, a revocation and an installation, when they are posted, then they happen', async () => {
  const call = await user(sandbox, 'gitlab');
  await control('POST', '/expire', { provider: 'gitlab' });
  expect((await call('GET', '/user')).body.error_description).toContain('expired');
  await control('POST', '/revoke', { provider: 'gitlab' });
  expect((await call('GET', '/user')).body.error_description).toContain('revoked');
  await control('POST', '/installed', { provider: 'github', login: 'other-org', installed: true });
  const { accounts } = sandbox.state('github');
  expect(accounts.find(({ login }) => login === 'other-org')?.installation).toBeDefined();
});
test('given an oddity and a new name, when they are posted, then the host has them, until it is reset', async () => {
  const call = await user(sandbox, 'gitee');
  const listed = async () => listOf((await call('GET', '/user/repos')).body);
  const odd = { provider: 'gitee', quirk: 'ghost-rows', on: true };
  expect((await control('POST', '/quirks', odd)).status).toBe(204);
  const renamed = { provider: 'gitee', fullName: 'sandbox-user/notes', path: 'renamed' };
  expect((await control('POST', '/rename', renamed)).status).toBe(204);
  expect((await listed()).at(-1)).toBeNull();
  await control('POST', '/quirks', { ...odd, on: false });
  expect((await listed()).map((row) => row.full_name)).toContain('sandbox-user/renamed');
  expect((await control('GET', '/undocumented')).body).toEqual([]);
});
test('given a repository, when its address is opened, then a person sees its files', async () => {
  const { webUrl } = sandbox.providers.gitlab;
  expect((await send('GET', `${webUrl}/templates/starter`)).body).toContain('src/index.js');
  expect((await send('GET', `${webUrl}/nobody/nothing`)).status).toBe(404);
});
