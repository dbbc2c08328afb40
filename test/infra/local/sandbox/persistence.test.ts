import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultPace } from '../../../../infra/local/sandbox/options.ts';
import { anyPorts, hostIds } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { connect, redirectUri, send, tokenCall, user } from './calls.ts';

const now = Date.UTC(2026, 0, 31);
let folder: string;
let sandbox: Sandbox;
let lines: string[];

async function start(): Promise<void> {
  const log = (line: string) => void lines.push(line);
  sandbox = await startSandbox({ ports: anyPorts, now: () => now, folder, log });
}
async function restart(): Promise<void> {
  await sandbox.close();
  await start();
}
const stateFile = () => join(folder, 'state');
const sent = (token: unknown) => (method: string, path: string, json?: unknown) =>
  send(method, sandbox.providers.gitlab.apiUrl + path, { token, json });
const refreshed = (refresh_token: unknown) =>
  tokenCall(sandbox, 'gitlab', {
    grant_type: 'refresh_token',
    refresh_token,
    redirect_uri: redirectUri,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  lines = [];
  await start();
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

describe('given a sandbox with a folder, when it is closed and started again', () => {
  test.each(hostIds)('then %s still knows its tokens and who they belong to', async (id) => {
    await connect(sandbox, id, { account: 'other-user' });
    const { tokens } = sandbox.state(id);
    expect(tokens.length).toBeGreaterThan(0);
    await restart();
    expect(sandbox.state(id).tokens).toEqual(tokens);
  });

  test('then an access token opens the API, until its refresh ends it', async () => {
    const { body } = await connect(sandbox, 'gitlab');
    await restart();
    const call = sent(body.access_token);
    expect((await call('GET', '/user')).body.username).toBe('sandbox-user');
    const fresh = (await refreshed(body.refresh_token)).body;
    expect((await call('GET', '/user')).status).toBe(401);
    expect((await sent(fresh.access_token)('GET', '/user')).status).toBe(200);
  });

  test('then a spent refresh token is still spent', async () => {
    const { body } = await connect(sandbox, 'gitlab');
    await refreshed(body.refresh_token);
    await restart();
    expect((await refreshed(body.refresh_token)).status).toBe(400);
  });

  test('then repositories, their files and their settings are there, and more can be added', async () => {
    const call = await user(sandbox, 'github');
    await call('POST', '/user/repos', { name: 'mine', auto_init: true });
    sandbox.advance(defaultPace.settleMs);
    const file = { message: 'Add bytes', content: Buffer.from([0, 255, 10]).toString('base64') };
    await call('PUT', '/repos/sandbox-user/mine/contents/bytes', file);
    const before = sandbox.state('github');
    await restart();
    expect(sandbox.state('github')).toEqual({ ...before, codes: [] });

    const { body } = await connect(sandbox, 'github');
    const { apiUrl } = sandbox.providers.github;
    const again = (method: string, path: string, json?: unknown) =>
      send(method, apiUrl + path, { token: body.access_token, json });
    const kept = await again('GET', '/repos/sandbox-user/mine/contents/bytes');
    expect(String(kept.body.content).trim()).toBe(file.content);
    const added = await again('POST', '/user/repos', { name: 'next' });
    const ids = before.repositories.map(({ id }) => id);
    expect(Number(added.body.id)).toBeGreaterThan(Math.max(...ids));
  });

  test('then a copy that was under way comes to its end', async () => {
    const { body } = await connect(sandbox, 'gitlab');
    const source = encodeURIComponent('templates/starter');
    await sent(body.access_token)('POST', `/projects/${source}/fork`, { path: 'copy' });
    await restart();
    const copy = () =>
      sandbox.state('gitlab').repositories.find(({ fullName }) => fullName === 'sandbox-user/copy');
    expect(copy()?.importStatus).toBe('scheduled');
    sandbox.advance(defaultPace.scheduledMs + defaultPace.startedMs);
    expect(copy()?.importStatus).toBe('finished');
    expect(copy()?.branches.main?.files['README.md']).toContain('# Starter');
  });

  test('then installations, the key of the apps and the clock are the same', async () => {
    sandbox.setInstalled('github', 'other-org', true);
    sandbox.setInstalled('github', 'sandbox-org', false);
    sandbox.advance(60_000);
    const { accounts } = sandbox.state('github');
    const key = sandbox.providers.github.appPrivateKey;
    await restart();
    expect(sandbox.state('github').accounts).toEqual(accounts);
    expect(sandbox.providers.github.appPrivateKey).toBe(key);
    await connect(sandbox, 'gitlab');
    const [token] = sandbox.state('gitlab').tokens;
    expect(token?.expiresAt).toBe(now + 60_000 + 7_200_000);
  });

  test('then after a reset it has its first state', async () => {
    await connect(sandbox, 'gitlab');
    sandbox.reset();
    await restart();
    expect(sandbox.state('gitlab').tokens).toEqual([]);
  });
});

test('given a change, when the sandbox is not closed, then the change is in the file soon all the same', async () => {
  await sleep(300);
  const before = readFileSync(stateFile());
  const { body } = await connect(sandbox, 'gitlab');
  await expect.poll(() => readFileSync(stateFile())).not.toEqual(before);
  expect(readFileSync(stateFile()).includes(String(body.access_token))).toBe(true);
  expect(statSync(stateFile()).mode & 0o777).toBe(0o600);
});

const firstByte = (content: Buffer) => content.toString('latin1').replace(/^./, '?');
const otherVersion = (content: Buffer) =>
  content.toString('latin1').replace('sandbox 2 ', 'sandbox 0 ');
const lastByte = (content: Buffer) => `${content.toString('latin1', 0, content.length - 1)}?`;
test.each([
  ['empty', () => ''],
  ['cut short', (content: Buffer) => content.toString('latin1').slice(0, -1)],
  ['of another version', otherVersion],
  ['another file', firstByte],
  ['changed at its end', lastByte],
])(
  'given a file that is %s, when a sandbox starts there, then it is put aside with a line, and the sandbox begins anew',
  async (_, broken) => {
    await connect(sandbox, 'gitlab');
    await sandbox.close();
    const content = broken(readFileSync(stateFile()));
    writeFileSync(stateFile(), content, 'latin1');
    await start();
    expect(lines).toEqual([expect.stringContaining(`${stateFile()}.old`)]);
    expect(readFileSync(`${stateFile()}.old`, 'latin1')).toBe(content);
    expect(sandbox.state('gitlab').tokens).toEqual([]);
    await restart();
    expect(lines).toHaveLength(1);
  },
);

test('given a folder that has gone, when something changes, then a line says so and the sandbox goes on', async () => {
  rmSync(folder, { recursive: true });
  await connect(sandbox, 'gitlab');
  await expect.poll(() => lines.join()).toContain('could not be kept');
  expect((await connect(sandbox, 'gitlab')).status).toBe(200);
  expect(existsSync(folder)).toBe(false);
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
});

test('given no folder, when a sandbox is closed and started again, then it has its first state', async () => {
  await sandbox.close();
  sandbox = await startSandbox({ ports: anyPorts });
  await connect(sandbox, 'gitlab');
  await sandbox.close();
  sandbox = await startSandbox({ ports: anyPorts });
  expect(sandbox.state('gitlab').tokens).toEqual([]);
});
