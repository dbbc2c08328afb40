import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { emergencyCommand } from '../../../infra/cli/emergency.ts';
import { operator } from '../../../infra/local/credentials.ts';
import { keyTableName, region, stage } from '../../../infra/local/template.ts';
import { startTestGateway, type TestGateway } from '../../harness/gateway.ts';
import { backend, connected, type Person, read, signedIn } from '../../http/person.ts';
import { records } from '../../http/records.ts';

let gateway: TestGateway;
let person: Person;
let key: Record<string, unknown> | undefined;
beforeAll(async () => {
  gateway = await startTestGateway();
  key = (await records(gateway)).find(({ pk }) => pk === 'APIKEYS');
  const file = join(mkdtempSync(join(tmpdir(), 'emergency-')), 'providers.json');
  const settings = Object.values(gateway.sandbox.providers).map(
    ({ clientSecret: _, appPrivateKey: __, ...rest }) => rest,
  );
  writeFileSync(file, JSON.stringify(settings));
  vi.stubEnv('PROVIDERS_FILE', file);
});
afterAll(() => gateway.stop());

/** Connections at hosts that revoke and at one that does not, sessions, a key and an installation's token. */
beforeEach(async () => {
  gateway.sandbox.reset();
  await clients().documents.send(new PutCommand({ TableName: keyTableName, Item: key }));
  person = await signedIn(gateway, 'one');
  await connected(gateway, person, 'gitlab');
  await connected(gateway, person, 'gitee');
  await connected(gateway, await signedIn(gateway, 'two'), 'github');
  const call = backend(gateway, 'one');
  const { items } = (await call('GET', '/installations/github')).body;
  await call('POST', `/installations/github/${items[0].id}/token`);
});

/** What the operator has; it is killed once `calls` of the table have been sent. */
function clients(calls = Number.POSITIVE_INFINITY) {
  const dynamo = new DynamoDBClient({
    region,
    endpoint: gateway.databaseUrl,
    credentials: operator,
  });
  const documents = DynamoDBDocumentClient.from(dynamo);
  let left = calls;
  documents.middlewareStack.add(
    (next) => (given) => {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return next(given);
    },
    { step: 'initialize' },
  );
  const endpoint = process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '';
  return {
    documents,
    secrets: new SecretsManagerClient({ region, endpoint, credentials: operator }),
  };
}

const told: string[] = [];
function run(command: string, calls?: number, confirm = stage): Promise<void> {
  told.length = 0;
  const args = [command, '--stage', stage];
  return emergencyCommand(
    args,
    clients(calls),
    async () => confirm,
    (line) => told.push(line),
  );
}

/** Access tokens that still work there; GitHub has no call that ends a refresh token. */
async function live(provider: 'github' | 'gitlab'): Promise<number> {
  const { tokens } = gateway.sandbox.state(provider);
  return tokens.filter((token) => token.live && token.use === 'access').length;
}

/** Records that give anybody anything. */
async function worthHaving(): Promise<readonly string[]> {
  const kinds = /^(CONNECTION|REVOCATION|SESSION|FLOW|LINK|TOKEN|APIKEY)/;
  return (await records(gateway)).map(({ sk }) => String(sk)).filter((sk) => kinds.test(sk));
}

describe('npm run emergency', () => {
  test('given keys, sessions and connections, when all is revoked, then no key, no session and no token works any more, here or at the hosts, and nothing of it is left', async () => {
    await run('revoke-all');
    expect(told.join('\n')).toMatch(
      /1 API keys ended.*3 connections ended here.*3 connections ended at their hosts/s,
    );
    expect(await worthHaving()).toEqual([]);
    expect([await live('github'), await live('gitlab')]).toEqual([0, 0]);
    const cookie = await person.cookie();
    const asked = await read(await fetch(`${gateway.url}/connections`, { headers: { cookie } }));
    expect(asked.status).toBe(401);
    gateway.clock.advance(31_000);
    expect((await backend(gateway, 'one')('GET', '/connections')).status).toBe(401);
    await run('revoke-all');
    expect(told.join('\n')).toMatch(/^0 API keys ended.*\n0 sessions.*\n0 connections/);
  });

  test('given a stage that is not named again, when all is to be revoked, then nothing is', async () => {
    const before = await records(gateway);
    await expect(run('revoke-all', undefined, 'prod')).rejects.toThrow('Nothing was done');
    await expect(run('revoke-everything')).rejects.toThrow('Usage: npm run emergency');
    expect(await records(gateway)).toEqual(before);
  });

  test('given it is killed again and again, a few calls after it began, when it is run until it is done, then all is revoked, and what was ended before a kill stayed ended', async () => {
    let left = (await worthHaving()).length;
    let kills = 0;
    for (let calls = 1; ; calls += 1) {
      const end = await run('revoke-all', calls).then(
        () => 'done',
        (error: Error) => error.message,
      );
      const now = (await worthHaving()).length;
      expect(now).toBeLessThanOrEqual(left);
      left = now;
      if (end === 'done') break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(4);
    expect(await worthHaving()).toEqual([]);
    expect([await live('github'), await live('gitlab')]).toEqual([0, 0]);
  });

  test('given a host that does not answer, when all is revoked, then nothing is handed out all the same, the command says what is left, and the next run does it', async () => {
    const down = { provider: 'gitlab', path: '/oauth/revoke', action: 'status' } as const;
    gateway.sandbox.fault({ ...down, status: 503, count: 100 });
    await expect(run('revoke-all')).rejects.toThrow(/1 hosts did not answer/);
    const statuses = (await records(gateway))
      .filter(({ sk }) => String(sk).startsWith('CONNECTION#'))
      .map(({ status }) => status);
    expect(statuses).toEqual(['revoked']);
    expect(await live('github')).toBe(0);
    gateway.sandbox.clearFaults();
    await run('revoke-all');
    expect([await live('gitlab'), (await worthHaving()).length]).toEqual([0, 0]);
  });

  test('given an opening key that got out, when its command is run, then another one seals, and the connections it opens are ended, but neither keys nor sessions', async () => {
    await run('opening-key');
    expect(told.join('\n')).toMatch(/seals from now on.*3 connections ended here/s);
    expect((await worthHaving()).filter((sk) => !/^(APIKEY#|SESSION#|LINK)/.test(sk))).toEqual([]);
    expect((await backend(gateway, 'one')('GET', '/connections')).body).toEqual({ items: [] });
  });
});
