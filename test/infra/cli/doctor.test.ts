import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Deployment, DoctorPorts } from '../../../infra/cli/doctor/examined.ts';
import { doctor, line } from '../../../infra/cli/doctor.ts';
import { newKeys } from '../../../infra/cli/keys.ts';
import { operator } from '../../../infra/local/credentials.ts';
import { listen } from '../../../infra/local/listen.ts';
import { root, secretPrefix, stage } from '../../../infra/local/template.ts';
import type { ProviderSettings } from '../../../lib/providers/provider.ts';
import { startTestGateway, type TestGateway } from '../../harness/gateway.ts';

let gateway: TestGateway;
let deployment: Deployment;
beforeAll(async () => {
  gateway = await startTestGateway();
  const providers = Object.values(gateway.sandbox.providers).map(
    ({ clientSecret: _, appPrivateKey: __, ...settings }): ProviderSettings => settings,
  );
  deployment = { url: gateway.url, stage, providers, apiKey: gateway.apiKey };
});
afterAll(() => gateway.stop());

type Change = Partial<Deployment> & Partial<DoctorPorts>;

/** The lines about the deployment, with something changed. */
async function lines(change: Change = {}): Promise<readonly string[]> {
  const ports = { fetch, secret: held, now: Date.now };
  const findings = await doctor({ ...deployment, ...change }, { ...ports, ...change });
  return findings.map(line);
}
const mends = (all: readonly string[]) => all.filter((each) => each.startsWith('mend:'));

async function held(name: string): Promise<string | undefined> {
  return gateway.secrets.get(`${secretPrefix}/${name}`);
}

/** The secrets as they are, but for these. */
function heldBut(changed: Readonly<Record<string, string | undefined>>): Change {
  return { secret: async (name) => (Object.hasOwn(changed, name) ? changed[name] : held(name)) };
}

/** The first provider, changed. */
function withFirst(change: Partial<ProviderSettings>): Change {
  const [first, ...others] = deployment.providers;
  if (first === undefined) throw new Error('the sandbox has no provider');
  return { providers: [{ ...first, ...change }, ...others] };
}

describe('the doctor', () => {
  test('given a deployment in which all is well, when looked at, then nothing is to be mended, and what cannot be seen is to be compared', async () => {
    const all = await lines();
    expect(mends(all)).toEqual([]);
    expect(all.filter((each) => each.startsWith('ok:')).length).toBeGreaterThan(10);
    const callbacks = all.filter((each) => each.startsWith('look:'));
    expect(callbacks.length).toBe(deployment.providers.length);
    for (const { id } of deployment.providers) {
      expect(callbacks.join('\n')).toContain(`${gateway.url}/callback/${id}`);
    }
  });

  test('given every secret, when the lines are searched, then no value is in them', async () => {
    const texts = (await lines()).join('\n');
    for (const { clientSecret } of Object.values(gateway.sandbox.providers)) {
      expect(texts).not.toContain(clientSecret);
    }
    const broken = heldBut({ 'gitlab/client': 'plain-secret-without-envelope' });
    expect((await lines(broken)).join('\n')).not.toContain('plain');
  });

  test('given a seal key whose kid is not among the open keys, when looked at, then it names the key and what to put back', async () => {
    const { seal } = await newKeys();
    const found = mends(await lines(heldBut({ 'keys/seal': JSON.stringify(seal) })));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`nothing can open what the key ${seal.kid} seals`);
    expect(found[0]).toContain('Put it back there');
  });

  test('given two different keys of one kid, when looked at, then it is to be mended', async () => {
    const [sealing, other] = [await newKeys(), await newKeys()];
    const open = other.open.keys.map((key) => ({ ...key, kid: sealing.seal.kid }));
    const changed = heldBut({
      'keys/seal': JSON.stringify(sealing.seal),
      'keys/open': JSON.stringify({ keys: open }),
    });
    expect(mends(await lines(changed))).toEqual([expect.stringContaining('different keys')]);
  });

  test.each([
    ['keys/seal', 'npm run keys -- new'],
    ['keys/open', 'npm run keys -- new'],
    ['gitlab/client', 'npm run configure --'],
    ['github/app-key', 'npm run configure --'],
  ])(
    'given no value in %s, when looked at, then it says with what to write it',
    async (name, command) => {
      const found = mends(await lines(heldBut({ [name]: undefined })));
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(`the secret ${name} has no value: ${command}`);
      expect(found[0]).toContain(`--stage ${stage}`);
    },
  );

  test('given any text in a secret, when looked at, then it is to be mended and never quoted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('keys/seal', 'keys/open', 'gitlab/client', 'github/app-key'),
        fc.oneof(fc.json(), fc.string({ minLength: 1 })),
        async (name, text) => {
          const found = mends(await lines(heldBut({ [name]: text })));
          expect(found).toHaveLength(1);
          expect(found[0]).toMatch(`the secret ${name} is not sound`);
          if (text.length > 40) expect(found[0]).not.toContain(text);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('given credentials that may not read secrets, when looked at, then it says so of each', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    const found = mends(await lines({ secret: () => Promise.reject(denied) }));
    expect(found.length).toBeGreaterThan(5);
    for (const each of found) expect(each).toMatch(/cannot be read \(AccessDeniedException\)/);
  });

  test.each([
    [-5_000, 'behind'],
    [5_000, 'ahead'],
  ])(
    'given a clock here that is %i ms off, when looked at, then it is to be mended',
    async (by) => {
      const found = mends(await lines({ now: () => Date.now() + by }));
      expect(found).toEqual([expect.stringMatching(/clocks .* [45] s apart/)]);
    },
  );

  test('given a clock that is a second off, when looked at, then it is in order', async () => {
    expect(mends(await lines({ now: () => Date.now() + 1_000 }))).toEqual([]);
    expect(mends(await lines({ now: () => Date.now() - 1_000 }))).toEqual([]);
  });

  test('given an address at which nobody listens, when looked at, then it says so, and still looks at the secrets', async () => {
    const gone = await listen(createServer(), 0);
    await gone.stop();
    const all = await lines({ url: gone.url });
    expect(mends(all)).toEqual([expect.stringContaining('cannot be reached (ECONNREFUSED)')]);
    expect(all.join('\n')).toContain('among the 1 that open');
  });

  test('given an address that answers something else, when looked at, then it is to be mended', async () => {
    const page = createServer((_, response) => response.end('<h1>Welcome</h1>'));
    const other = await listen(page, 0);
    onTestFinished(() => other.stop());
    const found = mends(await lines({ url: other.url }));
    expect(found).toEqual([expect.stringContaining('answers 200, and not as forgebridge does')]);
  });

  test('given an address without TLS that is not this machine, when looked at, then it is to be mended', async () => {
    const url = 'http://forge.example.com';
    const here: typeof fetch = (_, init) => fetch(`${gateway.url}/health`, init);
    expect(mends(await lines({ url, fetch: here }))).toEqual([
      expect.stringContaining('not https'),
    ]);
    expect(mends(await lines({ url: 'https://forge.example.com', fetch: here }))).toEqual([]);
  });

  test.each([
    ['a provider that the deployment does not know', { id: 'gitlab-acme' }, 'deploy again'],
    ['one that is switched off here only', { disabled: true }, 'deploy again'],
  ])('given %s, when looked at, then it is to be deployed', async (_, change, remedy) => {
    const [{ id = '' } = {}] = withFirst(change).providers ?? [];
    const found = mends(await lines(withFirst(change)));
    expect(found.some((each) => each.includes(`${id}: `) && each.includes(remedy))).toBe(true);
  });
});

describe('a doctor without a key', () => {
  test.each([
    ['ok', []],
    ['incomplete', ['FORGEBRIDGE_API_KEY']],
  ])(
    'given a deployment that says %s to strangers, when looked at, then that is a line, and it says how to be told more',
    async (status, expected) => {
      const told: typeof fetch = async () =>
        Response.json({ status }, { headers: { date: new Date().toUTCString() } });
      const found = mends(await lines({ fetch: told }));
      expect(found.map((each) => /FORGEBRIDGE_API_KEY/.exec(each)?.[0])).toEqual(expected);
    },
  );
});

describe('what the deployment lacks', () => {
  const answering =
    (health: object): typeof fetch =>
    async () =>
      Response.json(health, { headers: { date: new Date().toUTCString() } });

  test('given a deployment without key, login and client secret, when looked at, then each line says the command or the setting', async () => {
    const health = {
      sealing: 'secret_missing',
      login: 'login_url_missing',
      providers: deployment.providers.map(({ id }) => ({ id, state: 'secret_missing' })),
    };
    const found = mends(await lines({ fetch: answering(health) })).join('\n');
    expect(found).toContain('npm run keys -- new --stage');
    expect(found).toContain('LOGIN_URL');
    expect(found).toContain('gitlab: its client secret (secret_missing): npm run configure --');
  });

  test('given a deployment whose providers file has a mistake, when looked at, then the command that tells where is told', async () => {
    const health = { settings: 'providers_file', sealing: 'ready', login: 'ready', providers: [] };
    const found = mends(await lines({ fetch: answering(health) }));
    expect(found).toEqual([expect.stringContaining('npm run package says where')]);
  });

  test('given a provider without a client id, when looked at, then it says where to write it, and where to deploy what is written', async () => {
    const providers = deployment.providers.map(({ id }) => ({ id, state: 'client_id_missing' }));
    const ports = { fetch: answering({ sealing: 'ready', login: 'ready', providers }) };
    const [first = ''] = mends(await lines({ ...withFirst({ clientId: '' }), ...ports }));
    expect(first).toContain('give it one in infra/providers.yml');
    expect(mends(await lines(ports))[0]).toContain('deploy again');
  });
});

describe('npm run doctor', () => {
  const run = (args: readonly string[], environment: object = {}) =>
    promisify(execFile)(process.execPath, ['infra/cli/doctor.ts', ...args], {
      cwd: root,
      env: { ...process.env, AWS_ACCESS_KEY_ID: operator.accessKeyId, ...environment },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      // execFile raises what the process said and how it ended.
      (error: { code: number; stdout: string; stderr: string }) => error,
    );

  test('given a deployment in which something is to be mended, when run, then it prints the lines and ends with 1', async () => {
    const { code, stdout } = await run(['--stage', 'elsewhere', '--url', `${gateway.url}/`]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok: {4}the address is on this machine/m);
    expect(stdout).toMatch(/^mend: {2}the secret keys\/seal has no value: npm run keys -- new/m);
    expect(stdout).not.toContain('//health');
  });

  test('given no address, when run, then it says how it is used and ends with 1', async () => {
    const { code, stderr } = await run([], { PUBLIC_URL: '' });
    expect(code).toBe(1);
    expect(stderr).toContain('Usage: npm run doctor');
  });
});
