import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostIds } from '../../../infra/local/sandbox/registry.ts';
import { type LocalStack, startLocalStack } from '../../../infra/local/stack.ts';
import { checkPorts, choosePorts, ports } from '../../../infra/local/tcp-ports.ts';
import { browser } from '../../harness/browser.ts';
import { freePorts } from '../../harness/free-ports.ts';
import { attack, attacksOn } from './attacks.ts';

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
    const headers = { authorization: `Bearer ${stack.apiKey}` };
    const health = await (await fetch(`${stack.publicUrl}/health`, { headers })).json();
    expect(health).toMatchObject({ status: 'ok' });
    expect(health.providers).toHaveLength(hostIds.length);
    expect(stack.realProviders).toEqual([]);
  });

  test('given its secrets and the demo key, when they are kept, then only their owner can read them', () => {
    for (const name of ['secrets.json', 'api-key']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('given a stack that runs, when another is started on its folder, on other ports too, then it says where the first answers and what to do, and the first goes on', async () => {
    const others = await freePorts();
    for (const ports of [firstPort, others]) {
      const second = startLocalStack({ folder, firstPort: ports, log() {} });
      await expect(second).rejects.toThrow(
        new RegExp(`runs already on ${folder}: ${stack.publicUrl}/\n.*Ctrl-C`),
      );
    }
    expect((await fetch(`${stack.publicUrl}/health`)).status).toBe(200);
  });

  test('given a stack that runs, when another is started on its ports in a folder of its own, then it is refused before anything starts', async () => {
    const other = mkdtempSync(join(tmpdir(), 'stack-'));
    await expect(startLocalStack({ folder: other, firstPort, log() {} })).rejects.toThrow(
      `Port ${firstPort} is taken`,
    );
    expect(readdirSync(other)).toEqual([]);
  });

  describe.each(Object.keys(ports))('the port of %s', (part) => {
    const port = () => choosePorts({}, firstPort)[part as keyof typeof ports];
    const elsewhere = () => ({
      'another local port': { origin: 'http://localhost:9', 'sec-fetch-site': 'same-site' },
      'another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      'a page that hides': { origin: 'null' },
      'a name pointed here': { host: `evil.example:${port()}` },
      'a name pointed here, with its own origin': {
        host: `localhost.evil.example:${port()}`,
        origin: `http://localhost.evil.example:${port()}`,
        'sec-fetch-site': 'same-origin',
      },
      'a picture on another page': { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'image' },
    });

    test('given what a page of somewhere else would ask it for, when it comes from there, then it gets nothing, and no leave to read', async () => {
      for (const [from, headers] of Object.entries(elsewhere())) {
        for (const one of attacksOn(part, stack.apiKey)) {
          const tries = [one, { ...one, method: 'OPTIONS' }];
          for (const each of tries) {
            const answer = await attack(port(), each, headers);
            const seen = `${each.method} ${each.path} from ${from}: ${answer.body}`;
            expect(answer.status, seen).toBe(403);
            expect(answer.body, seen).toMatch(/^This is asked for by .{10,60}\n$/);
            expect(answer.headers.join(), seen).not.toContain('access-control');
          }
        }
      }
    });

    test('given the same from this machine itself, when it is asked for, then it is answered, without leave for others to read', async () => {
      for (const one of attacksOn(part, stack.apiKey)) {
        if (one.path === '/reset') continue;
        const answer = await attack(port(), one, { origin: `http://localhost:${port()}` });
        expect(answer.body).not.toMatch(/^This is asked for by/);
        expect(answer.headers.join()).not.toContain('access-control');
      }
    });
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
