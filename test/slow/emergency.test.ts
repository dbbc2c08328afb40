import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operator } from '../../infra/local/credentials.ts';
import { root, stage } from '../../infra/local/template.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, signedIn } from '../http/person.ts';
import { records } from '../http/records.ts';

let gateway: TestGateway;
const people = ['one', 'two', 'three', 'four'];
beforeAll(async () => {
  gateway = await startTestGateway();
  for (const subject of people) {
    await connected(gateway, await signedIn(gateway, subject), 'gitlab');
  }
});
afterAll(() => gateway.stop());

/** `npm run emergency -- revoke-all`, as a process of its own. */
function revokeAll() {
  const file = join(mkdtempSync(join(tmpdir(), 'emergency-')), 'providers.json');
  const settings = Object.values(gateway.sandbox.providers).map(
    ({ clientSecret: _, appPrivateKey: __, ...rest }) => rest,
  );
  writeFileSync(file, JSON.stringify(settings));
  const args = ['infra/cli/emergency.ts', 'revoke-all', '--stage', stage, '--confirm', stage];
  return spawn(process.execPath, args, {
    cwd: root,
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: operator.accessKeyId,
      AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
      PROVIDERS_FILE: file,
    },
    stdio: 'ignore',
  });
}

const revocations = () =>
  gateway.sandbox.requests.filter(({ url }) => url.startsWith('/oauth/revoke')).length;
const live = () =>
  gateway.sandbox.state('gitlab').tokens.filter((token) => token.live && token.use === 'access');

test('given the process is killed while it asks the first hosts, when it is started again, then no token had been handed out meanwhile, and all is revoked and deleted', async () => {
  const slow = { provider: 'gitlab', path: '/oauth/revoke', action: 'delay' } as const;
  gateway.sandbox.fault({ ...slow, delayMs: 60_000, count: 100 });
  const first = revokeAll();
  const ended = once(first, 'exit');
  await expect.poll(revocations, { timeout: 60_000 }).toBeGreaterThan(0);
  first.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  gateway.sandbox.clearFaults();
  expect(live().length).toBe(people.length);
  const stored = (await records(gateway)).filter(({ sk }) => String(sk).startsWith('CONNECTION#'));
  expect(stored.map(({ status }) => status)).toEqual(people.map(() => 'revoked'));
  gateway.clock.advance(31_000);
  expect((await backend(gateway, 'one')('GET', '/connections')).status).toBe(401);

  const second = revokeAll();
  expect(await once(second, 'exit')).toEqual([0, null]);
  expect(live()).toEqual([]);
  const kinds = /^(CONNECTION|REVOCATION|SESSION|FLOW|LINK|APIKEY)/;
  expect((await records(gateway)).filter(({ sk }) => kinds.test(String(sk)))).toEqual([]);
});
