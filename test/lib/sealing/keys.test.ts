import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clients, keysCommand } from '../../../infra/cli/keys.ts';
import { restoreCommand } from '../../../infra/cli/restore.ts';
import type { Service } from '../../../infra/local/listen.ts';
import { type SecretFile, secretFile, serveSecrets } from '../../../infra/local/secrets-manager.ts';
import { opener, sealer } from '../../../lib/sealing/sealing.ts';
import { accessToken, type Vault } from '../../../lib/vault/vault.ts';
import { connectWith } from '../../harness/connect-with.ts';
import { hour, startWorld, type World } from '../vault/world.ts';

let world: World;
let service: Service;
let secrets: SecretFile;
let clients: Clients;
const folder = mkdtempSync(join(tmpdir(), 'keys-'));
const stage = ['--stage', 'local'];

beforeAll(async () => {
  world = await startWorld({ realTime: true });
  const file = secretFile(join(folder, 'secrets.json'));
  secrets = file;
  secrets.put('forgebridge/local/keys/seal');
  secrets.put('forgebridge/local/keys/open');
  service = await serveSecrets(0, file);
  const client = new SecretsManagerClient({
    endpoint: service.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  clients = { secrets: client, documents: world.database.client };
});
afterAll(async () => {
  clients.secrets.destroy();
  await service.stop();
  await world.stop();
  rmSync(folder, { recursive: true });
});

/** A container that reads its keys from the two secrets, as the functions do. */
function container(): Vault {
  const read = (name: string) => JSON.parse(secrets.get(`forgebridge/local/keys/${name}`) ?? '{}');
  return world.vault({
    sealer: sealer(async () => read('seal')),
    opener: opener(async () => read('open').keys),
  });
}

async function connected(count: number) {
  const { sealer: seals } = container();
  const now = world.now();
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { ref } = await world.connected();
      const tokens = { ...world.server.consent(), expiresAt: now + hour };
      await connectWith(
        { ...world.vault(), sealer: seals },
        {
          partition: ref.partition,
          provider: 'host',
          account: { id: '1', login: 'ada' },
          tokens,
          redirectUri: 'https://bridge.example/callback/host',
        },
      );
      return { ref, tokens };
    }),
  );
}

test('given secrets without a value, when keys are made, then they are a pair, and are not made again', async () => {
  expect(await keysCommand(['new', ...stage], clients)).toMatch(/^Made the key [\w-]{43}\.$/);
  const seal = JSON.parse(secrets.get('forgebridge/local/keys/seal') ?? '');
  const open = JSON.parse(secrets.get('forgebridge/local/keys/open') ?? '');
  expect(Object.keys(seal).sort()).toEqual(['crv', 'form', 'kid', 'kty', 'x']);
  const { form, ...half } = seal;
  expect(form).toBe(2);
  expect(open.keys).toEqual([{ ...half, d: expect.any(String) }]);
  await expect(keysCommand(['new', ...stage], clients)).rejects.toThrow('There are keys already');
});

test('C22 given readers and refreshes that never pause, when keys are rotated and swept, then no read fails and none remains under an older key', async () => {
  const connections = await connected(12);
  const containers = [container(), container(), container()];
  let done = false;
  let reads = 0;
  const failures: unknown[] = [];
  async function use(vault: Vault, turn: number): Promise<void> {
    const { ref } = connections[turn % connections.length] ?? { ref: { partition: '', id: '' } };
    const refresh = turn % 7 === 0 ? { rejectedGeneration: (await world.record(ref))?.gen } : {};
    try {
      const token = await accessToken(vault, world.request(ref, refresh));
      if (token.accessToken.startsWith('access-')) reads += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  const uses: Promise<void>[] = [];
  const load = containers.map(async (vault, which) => {
    for (let turn = which; !done; turn += 1) {
      uses[which] = use(vault, turn);
      await uses[which];
    }
  });
  /** What the command tells the operator to wait for: nobody goes on with the key before. */
  const rotate = async () => {
    await keysCommand(['rotate', ...stage], clients);
    await Promise.all(uses);
  };

  await expect.poll(() => reads, { interval: 5 }).toBeGreaterThan(20);
  await rotate();
  const swept = await keysCommand(['sweep', ...stage], clients);
  await rotate();
  const again = await keysCommand(['sweep', ...stage], clients);
  const before = reads;
  await expect.poll(() => reads, { interval: 5 }).toBeGreaterThan(before + 20);
  done = true;
  await Promise.all(load);

  expect(failures).toEqual([]);
  for (const report of [swept, again]) {
    expect(report).toMatch(/^Sealed \d+ again\. 0 remain under older keys\.\nNot used any more: /);
  }
  const current = JSON.parse(secrets.get('forgebridge/local/keys/seal') ?? '').kid;
  for (const { ref } of connections) {
    const record = await world.record(ref);
    const kid = JSON.parse(
      Buffer.from(record?.access.split('.')[1] ?? '', 'base64url').toString(),
    ).kid;
    expect(kid).toBe(current);
  }
});

test('given a token under a key that is lost, when the table is swept, then the sweep says which, and goes on', async () => {
  const { ref } = await world.connected();
  const report = await keysCommand(['sweep', ...stage], clients);
  expect(report).toContain('1 remain under older keys.');
  expect(report).toContain(`Not done: ${ref.partition} ${ref.id}: unknown_sealing_key`);
});

test('given no command, or help, when it is run, then it explains itself', async () => {
  await expect(keysCommand([], clients)).rejects.toThrow('Usage: npm run keys');
  expect(await keysCommand(['--help'], clients)).toContain('rotate');
});

test('given a backup was restored, when the command has run, then refreshable connections need a new consent, once, and others stay', async () => {
  const [{ ref } = { ref: { partition: '', id: '' } }, plain] = await connected(2);
  if (plain === undefined) throw new Error('there are two');
  await world.consent(plain.ref.partition, { accessToken: plain.tokens.accessToken });
  const at = new Date(world.now() + 1).toISOString();
  const run = () => restoreCommand([...stage, '--at', at], clients.documents, world.now);

  expect(await run()).toMatch(/^Marked \d+ of \d+ connections/);
  expect(await world.record(ref)).toMatchObject({
    status: 'reconnect_required',
    reason: 'restored',
  });
  expect((await world.record(plain.ref))?.status).toBe('active');

  world.advance(10);
  await world.consent(ref.partition, world.server.consent());
  expect(await run()).toMatch(/^Marked 0 of/);
  expect((await world.record(ref))?.status).toBe('active');
});
