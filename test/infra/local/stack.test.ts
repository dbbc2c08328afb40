import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostIds } from '../../../infra/local/sandbox/registry.ts';
import { type LocalStack, startLocalStack } from '../../../infra/local/stack.ts';
import { checkPorts, choosePorts } from '../../../infra/local/tcp-ports.ts';
import { browser } from '../../harness/browser.ts';
import { freePorts } from '../../harness/free-ports.ts';

let firstPort = 0;
const folder = mkdtempSync(join(tmpdir(), 'stack-'));
const log: string[] = [];
const start = () =>
  startLocalStack({ folder, firstPort, log: (part, text) => log.push(`${part} ${text}`) });

/** Starts twice, so that what a restart keeps can be seen. */
describe('the local stack', () => {
  let stack: LocalStack;
  const tokens: string[] = [];
  beforeAll(async () => {
    firstPort = await freePorts();
    stack = await start();
  });
  afterAll(() => stack?.stop());

  async function connections() {
    const answer = await fetch(`${stack.publicUrl}/connections`, {
      headers: { authorization: `Bearer ${stack.apiKey}`, 'forgebridge-subject': 'visitor' },
    });
    return answer.json();
  }

  test('given a first start, when /health is asked, then every provider of the sandbox is ready', async () => {
    const health = await (await fetch(`${stack.publicUrl}/health`)).json();
    expect(health).toMatchObject({ status: 'ok' });
    expect(health.providers).toHaveLength(hostIds.length);
    expect(stack.realProviders).toEqual([]);
  });

  test('given its secrets and the demo key, when they are kept, then only their owner can read them', () => {
    for (const name of ['secrets.json', 'api-key']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('given a stack that runs, when another is started on its ports, then it is refused before anything starts', async () => {
    await expect(start()).rejects.toThrow(`Port ${firstPort} is taken`);
    expect((await fetch(`${stack.publicUrl}/health`)).status).toBe(200);
  });

  test('given a connection, when the stack is stopped and started again, then its ports were free and the connection and the key are still there', async () => {
    const person = browser();
    const login = await person.open(`${stack.publicUrl}/connect/gitee`);
    const consent = await person.submit(login, login.forms[0], { fields: { user: 'visitor' } });
    await person.submit(consent, consent.forms[0], { button: 'Allow' });
    const before = await connections();
    expect(before.items).toHaveLength(1);
    const key = stack.apiKey;
    tokens.push(...stack.sandbox.state('gitee').tokens.map(({ value }) => value));

    await stack.stop();
    await checkPorts(choosePorts({}, firstPort));
    stack = await start();
    expect(stack.apiKey).toBe(key);
    expect(await connections()).toEqual(before);
  });

  test('C26 given all that happened, when the log is searched, then no token of the sandbox and no secret is in it', () => {
    const secrets: Record<string, { value: string }> = JSON.parse(
      readFileSync(join(folder, 'secrets.json'), 'utf8'),
    );
    const values = Object.values(secrets).map(({ value }) => value);
    const canaries = [...tokens, stack.apiKey, ...values];
    expect(tokens.length).toBeGreaterThan(0);
    expect(log.length).toBeGreaterThan(5);
    for (const canary of canaries) expect(log.join('\n')).not.toContain(canary);
  });
});
