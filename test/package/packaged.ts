import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  glob,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from '../../infra/local/template.ts';
import { readTemplate, type Template } from './template.ts';

/** What `serverless package` made: the template to deploy, and a zip for each function. */
export interface Packaged {
  readonly template: Template;
  /** Where the template lies, as it will be sent. */
  readonly templateFile: string;
  zip(functionName: string): string;
}

/** Every file that the package is made of. */
const sources = [
  '{functions,lib}/**/*.ts',
  'infra/*.{ts,cjs,yml}',
  'infra/cloudformation/*',
  'infra/local/*.ts',
  'serverless.yml',
  'openapi.yaml',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
/** Building takes half a minute on a free machine; several may build at once on a busy one. */
const buildTime = 240_000;
const prefix = 'forgebridge-package-';

/** Bundles of nothing, where only the template is looked at: bundling is most of the work. */
const emptyBundles = `export default [{
  name: 'empty-bundles',
  setup: (build) => build.onLoad({ filter: /functions/ }, () => ({ contents: 'export {}' })),
}];`;

/**
 * The package as a newcomer's `npx serverless package --stage …` makes it: no credentials, no
 * network, no variable but the ones given. It is built once for each state of the sources, whoever
 * asks, and kept in the temporary folder for an hour.
 */
export async function packaged(
  stage: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Packaged> {
  const { kept, template, templateFile } = await packageOf(await readSources(), stage, variables);
  return { template, templateFile, zip: (name) => join(kept, `${name}.zip`) };
}

/** The template as {@link packaged} has it, without what it deploys. */
export async function packagedTemplate(
  stage: string,
  variables: Readonly<Record<string, string>>,
): Promise<Omit<Packaged, 'zip'>> {
  const files = (await readSources()).map(
    ([path, content]) =>
      [path, path === 'infra/esbuild-plugins.ts' ? emptyBundles : content] as const,
  );
  return packageOf(files, stage, variables);
}

async function packageOf(files: Files, stage: string, variables: Readonly<Record<string, string>>) {
  const hash = createHash('sha256').update(JSON.stringify([stage, variables, files]));
  const kept = join(tmpdir(), `${prefix}${hash.digest('hex').slice(0, 24)}`);
  await once(kept, () => build(kept, files, stage, variables));
  const templateFile = join(kept, 'cloudformation-template-update-stack.json');
  const template = readTemplate(await readFile(templateFile, 'utf8'));
  return { kept, template, templateFile };
}

type Files = readonly (readonly [path: string, content: string])[];

async function readSources(): Promise<Files> {
  const paths: string[] = [];
  for await (const path of glob(sources, { cwd: root })) paths.push(path);
  return Promise.all(
    paths.toSorted().map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const),
  );
}

/** Lets one process work; the others wait for what it makes. A lock left by a dead one expires. */
async function once(result: string, work: () => Promise<void>): Promise<void> {
  const lock = `${result}.lock`;
  while (!existsSync(result)) {
    const mine = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (!mine) {
      if (await isOlderThan(lock, buildTime)) await rm(lock, { recursive: true, force: true });
      await sleep(300);
      continue;
    }
    try {
      if (!existsSync(result)) await work();
    } finally {
      await rm(lock, { recursive: true, force: true });
    }
  }
}

/** Builds in a folder of its own, so that nobody who edits or builds meanwhile is in the way. */
async function build(
  kept: string,
  files: Files,
  stage: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  await removeOld();
  const folder = join(tmpdir(), `${prefix}build-${randomUUID()}`);
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const require = createRequire(import.meta.url);
  await promisify(execFile)(
    process.execPath,
    [
      ...['--import', offline, require.resolve('serverless/bin/serverless.js')],
      ...['package', '--stage', stage, '--package', join(folder, 'package')],
    ],
    {
      cwd: folder,
      timeout: buildTime,
      env: { PATH: process.env.PATH, HOME: folder, ...variables },
    },
  );
  await rename(join(folder, 'package'), kept);
  await rm(folder, { recursive: true });
}

/** Loaded into the Serverless Framework: whatever it wants to connect to is out of reach. */
const offline = `data:text/javascript,${encodeURIComponent(`
  import net from 'node:net';
  net.Socket.prototype.connect = () => { throw new Error('packaging must not use the network'); };
`)}`;

async function removeOld(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name);
    if (name.startsWith(prefix) && (await isOlderThan(path, 3_600_000))) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

async function isOlderThan(path: string, milliseconds: number): Promise<boolean> {
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > milliseconds;
}
