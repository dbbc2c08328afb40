import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProduct } from '../../infra/local/product.ts';
import type { HostSettings } from '../../infra/local/sandbox/options.ts';
import { anyPorts } from '../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../infra/local/sandbox/sandbox.ts';
import { scopeNames } from '../../lib/api/scopes.ts';
import { serveFront } from './front.ts';
import { freePort, type Ministack, startMinistack } from './ministack.ts';
import { installPython } from './python.ts';
import { run } from './run.ts';
import { copyProject } from './workspace.ts';

export const stage = 'test';
/** A second GitLab, of which only the client secret is wrong. */
export const mistaken = 'gitlab-mistaken';
/** Hosts whose tokens are as good as expired when they are handed out: each use is a refresh. */
export const hurried = { github: 'github-hurried', gitlab: 'gitlab-hurried' } as const;

/** A project that is deployed with the commands of the README, and what stands around it. */
export interface Deployment {
  /** Where browsers and the product reach the deployed API. */
  readonly publicUrl: string;
  readonly ministack: Ministack;
  readonly sandbox: Sandbox;
  /** The sandbox behind the hosts in {@link hurried}. */
  readonly hurry: Sandbox;
  /**
   * `npx serverless deploy`; with the sandbox's hosts, or with no provider that has a client id and API
   * keys still where an older version had them.
   */
  deploy(providers: 'sandbox' | 'none'): Promise<void>;
  /** `npm run keys -- new` and `npm run configure -- --file …`. Answers what they printed. */
  giveSecrets(): Promise<string>;
  /**
   * `npm run apikeys -- create`, with every scope, as long as keys stand in the one table; the demo
   * product serves with it from now on.
   */
  giveApiKey(): Promise<string>;
  /** `npm run apikeys -- move`, and with `finish` what comes after the deployment. */
  moveApiKeys(...finish: readonly '--finish'[]): Promise<string>;
  /** `npx serverless remove`. */
  remove(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDeployment(): Promise<Deployment> {
  await installPython();
  const folder = mkdtempSync(join(tmpdir(), 'forgebridge-deploy-'));
  const project = join(folder, 'project');
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
    if (process.env.KEEP_DEPLOYMENT === undefined) await rm(folder, { recursive: true });
  };
  try {
    await copyProject(project);
    const ministack = await startMinistack(folder);
    stops.push(ministack.stop);
    const sandbox = await startSandbox({ ports: anyPorts });
    stops.push(sandbox.close);
    const hurry = await startSandbox({
      ports: anyPorts,
      accessSeconds: { github: 2, gitlab: 2 },
    });
    stops.push(hurry.close);
    const front = await serveFront(ministack.url);
    stops.push(front.stop);
    const productPort = await freePort();
    const hosts = [
      ...Object.values(sandbox.providers),
      { ...hurry.providers.github, id: hurried.github },
      { ...hurry.providers.gitlab, id: hurried.gitlab },
      { ...sandbox.providers.gitlab, id: mistaken, clientSecret: 'not the one of this app' },
    ];
    const providersFile = join(folder, 'providers.json');
    await writeFile(providersFile, JSON.stringify(entries(hosts)));

    const variables = {
      ...ministack.variables,
      PUBLIC_URL: front.url,
      LOGIN_URL: `http://localhost:${productPort}/login`,
    };
    const environment = { ...variables, PROVIDERS_FILE: providersFile };
    const before = { ...variables, KEY_TABLE_NAME: `forgebridge-${stage}` };
    const serverless = (command: string, given: Record<string, string>) =>
      run('npx', ['serverless', command, '--stage', stage], { cwd: project, environment: given });
    const script = (name: string, args: readonly string[], given: Record<string, string>) =>
      run('npm', ['run', '--silent', name, '--', ...args, '--stage', stage], {
        environment: given,
      });

    return {
      publicUrl: front.url,
      ministack,
      sandbox,
      hurry,
      async deploy(providers) {
        const output = await serverless('deploy', providers === 'none' ? before : environment);
        const apiId = /https:\/\/(\w+)\.execute-api\./.exec(output)?.[1];
        if (apiId === undefined) throw new Error(`no address of the API in:\n${output}`);
        front.lead(apiId);
      },
      async giveSecrets() {
        const answers = join(folder, 'answers.json');
        await writeFile(answers, JSON.stringify(await answersFor(hosts, folder)));
        const made = await script('keys', ['new'], environment);
        return made + (await script('configure', ['--file', answers], environment));
      },
      async giveApiKey() {
        const scopes = scopeNames.flatMap((scope) => ['--scope', scope]);
        const output = await script('apikeys', ['create', '--name', 'product', ...scopes], before);
        const apiKey = /^fb_\S+$/m.exec(output)?.[0];
        if (apiKey === undefined) throw new Error(`no key in:\n${output}`);
        const product = await startProduct(productPort, { publicUrl: front.url, apiKey });
        stops.push(product.stop);
        return apiKey;
      },
      moveApiKeys: (...finish) => script('apikeys', ['move', ...finish], environment),
      async remove() {
        await serverless('remove', environment);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Host = Omit<HostSettings, 'id'> & { readonly id: string };

/** The hosts as infra/providers.yml has them: without their secrets. */
function entries(hosts: readonly Host[]) {
  return hosts.map(({ clientSecret: _secret, appPrivateKey: _key, ...settings }) => settings);
}

/** What `npm run configure` is answered with. */
async function answersFor(hosts: readonly Host[], folder: string) {
  const answers = hosts.map(async ({ id, clientSecret, appPrivateKey }) => {
    if (appPrivateKey === undefined) return [id, { clientSecret }] as const;
    const appKeyFile = join(folder, `${id}.pem`);
    await writeFile(appKeyFile, appPrivateKey, { mode: 0o600 });
    return [id, { clientSecret, appKeyFile }] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}
