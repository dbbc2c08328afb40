import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { root } from '../../infra/local/template.ts';

const require = createRequire(import.meta.url);
const config = join(root, 'infra/import-table.cjs');

/** What each folder may import, as `lib/vault` → `vault, oauth, …`. */
type ImportTable = ReadonlyMap<string, string>;

/** The rules of the linter, by the folder that each is about. */
function enforced(): ImportTable {
  const { forbidden } = z
    .object({ forbidden: z.array(z.looseObject({ name: z.string() })) })
    .parse(require(config));
  return new Map(
    forbidden.flatMap(({ name }) => {
      const [, folder, targets] = /^(\S+) imports only (.*)$/.exec(name) ?? [];
      return folder === undefined || targets === undefined ? [] : [[folder, targets]];
    }),
  );
}

describe('the import table', () => {
  test('given the folders of lib, when looked up, then each has a line', async () => {
    const folders = ['lib', 'lib/providers'].map(async (parent) => {
      const entries = await readdir(join(root, parent), { withFileTypes: true });
      return entries.flatMap((entry) => (entry.isDirectory() ? `${parent}/${entry.name}` : []));
    });
    const all = (await Promise.all(folders)).flat().filter((folder) => folder !== 'lib/providers');
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((folder) => !enforced().has(folder))).toEqual([]);
  });
});

describe('the linter', () => {
  /** A file of each folder, which the others import, and the shared files that the table names. */
  const targets = [
    'functions/target.ts',
    ...[...enforced().keys()]
      .filter((line) => line.startsWith('lib/'))
      .map((line) => (line.endsWith('.ts') ? line : `${line}/target.ts`)),
  ];
  const pair = (from: string, to: string) => `${from} → ${to}`;
  const importer = (folder: string, target: string) =>
    `${folder}/imports-${target.replaceAll(/\W/g, '-')}.ts`;
  let folder: string;
  let refused: readonly { readonly from: string; readonly to: string; readonly rule: string }[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forgebridge-imports-'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const files = new Map(targets.map((target) => [target, 'export const value = 1;\n']));
    for (const from of enforced().keys()) {
      if (from.endsWith('.ts')) continue;
      for (const target of targets) files.set(importer(from, target), imports(root, target));
    }
    files.set('test/tool.ts', 'export const value = 1;\n');
    files.set('infra/tool.ts', 'export const value = 1;\n');
    files.set('lib/vault/uses-test.ts', imports(root, 'test/tool.ts'));
    files.set('functions/uses-infra.ts', imports(root, 'infra/tool.ts'));
    files.set('lib/vault/uses-aws.ts', "export { SFNClient } from '@aws-sdk/client-sfn';\n");
    files.set('lib/aws/uses-aws.ts', "export { SFNClient } from '@aws-sdk/client-sfn';\n");
    files.set('lib/http/one.ts', "import './two.ts';\nexport const value = 1;\n");
    files.set('lib/http/two.ts', "import './one.ts';\nexport const value = 1;\n");
    files.set('lib/storage/one.ts', "import type { B } from './two.ts';\nexport type A = B;\n");
    files.set('lib/storage/two.ts', "import type { A } from './one.ts';\nexport type B = A;\n");
    files.set('lib/providers/unlisted.ts', imports(root, 'lib/vault/target.ts'));
    files.set('lib/unlisted.ts', imports(root, 'lib/vault/target.ts'));
    files.set('tsconfig.json', await readFile(join(root, 'tsconfig.json'), 'utf8'));
    for (const [path, content] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content.replaceAll(root, up(path)));
    }
    refused = await violations(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('given one import from each folder to each other, when checked, then exactly those outside the table are refused', () => {
    const outside = [...enforced()].flatMap(([from, allowed]) => {
      if (from.endsWith('.ts')) return [];
      const patterns = [from, ...allowed.split(', ').map((entry) => `lib/${entry}`)].map(
        (path) => new RegExp(`^${path}${path.endsWith('.ts') ? '$' : '/'}`),
      );
      return targets
        .filter((target) => !patterns.some((pattern) => pattern.test(target)))
        .map((target) => pair(importer(from, target), target));
    });
    const found = refused
      .filter(({ rule }) => rule.includes(' imports only '))
      .map(({ from, to }) => pair(from, to));
    expect(new Set(found)).toEqual(new Set(outside));
    expect(outside.length).toBeGreaterThan(80);
  });

  test('given one provider kind that imports another, when checked, then it is refused', () => {
    const from = importer('lib/providers/github', 'lib/providers/gitlab/target.ts');
    expect(refused.filter((each) => each.from === from)).toHaveLength(1);
  });

  test('given code of the bundle that imports tests or tools, when checked, then it is refused', () => {
    const rule = 'the bundle never imports tests or tools';
    expect(fromWith(rule)).toEqual(['functions/uses-infra.ts', 'lib/vault/uses-test.ts']);
  });

  test('given a file that no line of the table covers, when checked, then it may import nothing', () => {
    expect(fromWith('every file is under a line of the table')).toEqual([
      'lib/providers/unlisted.ts',
      'lib/unlisted.ts',
    ]);
  });

  test('given an AWS client outside lib/aws and storage, when checked, then it is refused', () => {
    expect(fromWith('AWS clients are made in lib/aws')).toEqual(['lib/vault/uses-aws.ts']);
  });

  test('given two modules that import each other, if only types, when checked, then the circle is refused', () => {
    expect(fromWith('no circles')).toEqual(['lib/http/one.ts', 'lib/storage/one.ts']);
  });

  const fromWith = (name: string) =>
    [...new Set(refused.filter(({ rule }) => rule === name).map(({ from }) => from))].toSorted();
});

/** A module that imports `target`; `start` is later replaced by the way up to the root. */
function imports(start: string, target: string): string {
  return `export { value } from '${start}/${target}';\n`;
}

function up(path: string): string {
  return Array.from(path.split('/').slice(1), () => '..').join('/');
}

const report = z.object({
  summary: z.object({
    violations: z.array(
      z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) }),
    ),
  }),
});

/** Runs the linter on a tree as `npm run check` does. It ends with a failure when it refuses. */
async function violations(folder: string) {
  const linter = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [linter, '--config', config, '--output-type', 'json', 'functions', 'lib'];
  const stdout = await new Promise<string>((resolve) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, args, options, (_, output) => resolve(output));
  });
  const { summary } = report.parse(JSON.parse(stdout));
  return summary.violations.map(({ from, to, rule }) => ({ from, to, rule: rule.name }));
}
