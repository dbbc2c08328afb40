import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { type Bundle, openBundle } from './bundle.ts';
import { dev } from './stages.ts';
import { functionsOf } from './template.ts';

/** Bytes of the largest bundle that may be deployed, unzipped and without its source map. */
const largest = 750_000;
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.optional(z.boolean()) })),
});

describe('the bundles', () => {
  const bundles = new Map<string, Bundle>();
  let folder: string;

  beforeAll(async () => {
    const packaged = await dev();
    for (const [name] of functionsOf(packaged.template, 'dev')) {
      bundles.set(name, await openBundle(packaged, name));
    }
    folder = await mkdtemp(join(tmpdir(), 'forgebridge-bundles-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const code = (name: string) => bundles.get(name)?.code ?? Buffer.of();
  const packagesIn = (name: string) => bundles.get(name)?.packages ?? new Set();
  const sourcesIn = (name: string) => bundles.get(name)?.sources ?? [];

  test("given each function's zip, when opened, then it holds its bundle and the map, and nothing else", () => {
    expect(bundles.size).toBeGreaterThan(30);
    for (const [name, { files }] of bundles) {
      expect(files, name).toEqual([`functions/${name}.mjs`, `functions/${name}.mjs.map`]);
    }
  });

  test(`given each bundle, when weighed, then it has less than ${largest / 1e6} MB`, () => {
    const sizes = [...bundles.keys()].map((name) => [name, code(name).byteLength] as const);
    expect(sizes.filter(([, bytes]) => bytes < 1_000)).toEqual([]);
    expect(sizes.filter(([, bytes]) => bytes > largest)).toEqual([]);
  });

  test('given the functions that only keep sessions or describe the API, when opened, then no cryptography and no client of a host is in them', () => {
    const light = ['createSession', 'openSession', 'closeSession', 'openapi', 'health'];
    const heavy = ['jose', '@octokit/core', '@octokit/request', 'oauth4webapi'];
    for (const name of light) {
      expect(packagesIn(name).size, name).toBeGreaterThan(1);
      expect(
        heavy.filter((each) => packagesIn(name).has(each)),
        name,
      ).toEqual([]);
    }
  });

  test('given startConnect, when opened, then nothing that could open or sign a token is in it', () => {
    expect(packagesIn('refreshToken')).toContain('jose');
    expect(packagesIn('startConnect')).not.toContain('jose');
  });

  test("given a function's bundle, when opened, then of lib/api it has its own request and what that is made of, and no reply, prose or example", () => {
    const several = new Map([
      // The page takes what the API takes, by way of a form.
      ['page', ['createRepository', 'pageSubmit']],
      ['closeSession', ['closeSession', 'closeSessionByForm']],
      ['deleteConnection', ['deleteConnection', 'deleteConnectionByForm']],
      ['checkName', ['checkName', 'checkNameOfTemplate', 'createRepository']],
    ]);
    const requests = (name: string) => several.get(name) ?? [name];
    for (const name of bundles.keys()) {
      const foreign = sourcesIn(name)
        .flatMap((source) => /^lib\/api\/(.+)\.ts$/.exec(source)?.[1] ?? [])
        .filter((file) => !['scopes', 'formats', 'rules'].includes(file))
        .filter((file) => !requests(name).some((own) => file === `requests/${own}`));
      expect(foreign, name).toEqual([]);
    }
    expect(sourcesIn('page').join()).toContain('lib/api/requests/createRepository.ts');
  });

  test('C60 given all that is bundled, when compared with package.json, then it is a dependency of production, known to audits and licence reports', async () => {
    const lock = lockSchema.parse(JSON.parse(await readFile(resolve('package-lock.json'), 'utf8')));
    const production = new Set(
      Object.entries(lock.packages)
        .filter(([, { dev }]) => dev !== true)
        .map(([path]) => path.split('node_modules/').at(-1) ?? ''),
    );
    const bundled = new Set([...bundles.values()].flatMap(({ packages }) => [...packages]));
    expect(bundled).toContain('jose');
    expect([...bundled].filter((name) => !production.has(name))).toEqual([]);
  });

  test('given a container without a single variable, when each bundle is loaded, then nothing happens: no connection, file, timer or process', async () => {
    const files: string[] = [];
    for (const name of bundles.keys()) {
      const file = join(folder, `${name}.mjs`);
      await writeFile(file, code(name));
      files.push(file);
    }
    expect(await effectsOf(files)).toEqual([]);
  });

  test('given a bundle that connects, reads or waits when loaded, when watched as these are, then it is found out', async () => {
    const file = join(folder, 'restless.mjs');
    const restless = `
      import net from 'node:net'; import fs from 'node:fs';
      net.connect(9, '127.0.0.1').on('error', () => {});
      fs.readFileSync(process.execPath); setTimeout(() => {}, 1);`;
    await writeFile(file, restless);
    const effects = await effectsOf([file]);
    expect(effects).toEqual(
      ['connects', 'reads a file', 'sets a timer'].map((it) => `restless ${it}`),
    );
  });

  /** What the modules do beside being loaded, in a Node.js without environment. */
  async function effectsOf(files: readonly string[]): Promise<readonly string[]> {
    const watcher = join(import.meta.dirname, 'watch-loading.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [watcher, ...files], {
      env: {},
      timeout: 60_000,
    });
    return z.array(z.string()).parse(JSON.parse(stdout));
  }
});
