import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { root } from '../../infra/local/template.ts';

const packageSchema = z.object({
  license: z.optional(z.string()),
  scripts: z.optional(z.record(z.string(), z.string())),
});
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.optional(z.string()),
      resolved: z.optional(z.string()),
      integrity: z.optional(z.string()),
      dev: z.optional(z.boolean()),
      hasInstallScript: z.optional(z.boolean()),
      optionalDependencies: z.optional(z.record(z.string(), z.string())),
    }),
  ),
});

async function read<T extends z.ZodMiniType>(schema: T, path: string): Promise<z.output<T>> {
  return schema.parse(JSON.parse(await readFile(join(root, path), 'utf8')));
}

/** Every package of a lockfile but the one it belongs to, by its place under node_modules. */
async function locked(lockfile = 'package-lock.json') {
  const { packages } = await read(lockSchema, lockfile);
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  expect(entries.length).toBeGreaterThan(30);
  return entries;
}

describe('the supply chain', () => {
  test('C60 given package.json, when installed, then no script of ours runs', async () => {
    const { scripts = {} } = await read(packageSchema, 'package.json');
    const hooks = /^(pre|post)?(install|pack|publish|prepare|uninstall|dependencies|shrinkwrap)$/;
    expect(Object.keys(scripts).filter((name) => hooks.test(name))).toEqual([]);
  });

  test.each(['package-lock.json', 'test/clients/openapi-typescript/package-lock.json'])(
    'C60 given each package of %s, when read, then its content is pinned and comes from the npm registry',
    async (lockfile) => {
      for (const [path, { integrity, resolved = 'https://registry.npmjs.org/' }] of await locked(
        lockfile,
      )) {
        expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
        expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
      }
    },
  );

  test('given a package with a part for each platform, when the lockfile is read, then none is missing: npm ci would refuse', async () => {
    const packages = await locked();
    const names = new Set(packages.map(([path]) => path.split('node_modules/').at(-1)));
    const parts = packages.flatMap(([, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies),
    );
    expect(parts.length).toBeGreaterThan(20);
    expect(parts.filter((part) => !names.has(part))).toEqual([]);
  });

  test('C60 given what is deployed, when installed, then it runs no script', async () => {
    const deployed = (await locked()).filter(([, { dev }]) => dev !== true);
    expect(deployed.length).toBeGreaterThan(20);
    expect(deployed.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
  });

  test('C60 given what is deployed, when its licences are read, then each allows it without conditions on our code', async () => {
    const allowed = ['Apache-2.0', 'MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'];
    const licences = (await locked())
      // Node.js itself, for another machine than this one, is not installed.
      .filter(([path, { dev }]) => dev !== true && existsSync(join(root, path, 'package.json')))
      .map(async ([path]) => [path, (await read(packageSchema, `${path}/package.json`)).license]);
    const found = await Promise.all(licences);
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(([, licence = 'none']) => !allowed.includes(licence))).toEqual([]);
  });
});

describe('the README', () => {
  test('given a script that needs more than Node.js, when a newcomer reads the table of commands, then it says what', async () => {
    const { scripts = {} } = await read(packageSchema, 'package.json');
    const nodeOnly = [
      'start',
      'sandbox',
      'test',
      'test:unit',
      'check',
      'package',
      'simulate',
      'faults',
      'mutate',
      'openapi',
      'provider-tables',
      'checklist',
      'sbom',
      'licences',
    ];
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\| `npm (?:run )?([\w:-]+)[^`]*` +\|.*\| *([^|]+?) *\|$/gm)];
    const needs = new Map(rows.map(([, name, need]) => [name, need]));
    for (const name of Object.keys(scripts).filter((script) => !nodeOnly.includes(script))) {
      expect(needs.get(name), `npm run ${name}`).toMatch(/AWS|Python|Java|Ruby|Chromium|Go/);
    }
    for (const name of ['start', 'sandbox', 'test']) expect(needs.get(name)).toBe('Node, npm');
  });
});
