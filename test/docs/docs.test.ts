import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { alarmResources } from '../../infra/cloudformation/alarms.ts';
import { root } from '../../infra/local/template.ts';
import { type Grants, grants } from '../../lib/api/grants.ts';
import { errorTable } from '../../lib/errors.ts';
import { sources } from '../ground/sources.ts';
import {
  anchors,
  blocks,
  codeIn,
  links,
  type Page,
  page,
  pages,
  rows,
  section,
} from './markdown.ts';

const readText = (path: string) => readFile(join(root, path), 'utf8');

describe('the runbook', () => {
  let runbook: Page;
  beforeAll(async () => {
    runbook = await page('docs/operations.md');
  });

  test('given each alarm, when the runbook is read, then it has an entry of three parts, and no other alarm has one', async () => {
    const entries = section(runbook, '## Alarms')
      .text.split(/^### /m)
      .slice(1)
      .map((entry) => [entry.split('\n')[0] ?? '', entry] as const);
    expect(entries.map(([name]) => name).toSorted()).toEqual((await alarmIds()).toSorted());
    for (const [name, entry] of entries) {
      for (const part of ['Means', 'Look at', 'Do']) {
        expect(entry, name).toMatch(new RegExp(`^- \\*\\*${part}:\\*\\* \\S`, 'm'));
      }
    }
  });

  test('given each error code, when the runbook is read, then it has a row of four cells, and no other code has one', () => {
    const table = rows({ text: section(runbook, '## Error codes').text.split('\n### ')[0] ?? '' });
    expect(table.flatMap(([code = '']) => codeIn(code))).toEqual(Object.keys(errorTable));
    for (const cells of table) {
      expect(cells.filter((cell) => cell !== '').length, cells[0]).toBe(4);
    }
  });

  test('given each variable that a deployment reads or sets, when the runbook is read, then the tables of settings have it, and no other', async () => {
    const settings = section(runbook, '## Settings');
    const named = [...rows(settings).map(([name = '']) => name), lastLine(settings.text)].flatMap(
      codeIn,
    );
    expect(named.filter((name) => /^[A-Z]+(_[A-Z]+)*$/.test(name)).toSorted()).toEqual(
      await variables(),
    );
  });

  test('given the command that stops a deployment, when its functions are compared, then they are those that use what users granted', async () => {
    // `health` looks at the client secrets, and holds nothing.
    const users = Object.entries<Grants>(grants).filter(
      ([name, { secrets = [] }]) => secrets.includes('client') && name !== 'health',
    );
    const [, list = ''] = /RESERVED_CONCURRENCY=(\S+=0) /.exec(runbook.text) ?? [];
    const stopped = list.split(',').map((part) => part.split('=')[0]);
    expect(stopped.toSorted()).toEqual(users.map(([name]) => name).toSorted());
  });
});

describe('every page', () => {
  let all: readonly Page[];
  beforeAll(async () => {
    all = await pages();
  });

  test('given the pages, when counted, then the ones that a reader is sent to are among them', () => {
    expect(all.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'SECURITY.md', 'docs/events.md', 'docs/storage.md']),
    );
  });

  test('given each relative link, when followed, then there is a file, and the heading it names', async () => {
    const broken = all.flatMap((from) =>
      links(from)
        .filter((target) => !leadsSomewhere(all, from, target))
        .map((target) => `${from.path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('given each npm script that a page names, when looked up, then package.json has it', async () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readText('package.json')));
    const known = [...Object.keys(scripts), 'ci'];
    const unknown = all.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test|ci)\b)/g)]
        .map(([, script, short]) => script ?? short ?? '')
        .filter((script) => !known.includes(script))
        .map((script) => `${path}: ${script}`),
    );
    expect(unknown).toEqual([]);
  });

  test('given each file of the project that a page names, when looked up, then it is there, and no path leads out of the project', () => {
    const ours = /^(?:\.\/)?(?:functions|lib|infra|test|docs)\/[\w./-]*\.\w+$/;
    const outside =
      /(?:^|[\s`("'])(?:\/(?:home|root|Users|work|mnt|opt|tmp|var)\/|[A-Z]:\\|(?:\.\.\/){2})\S*/;
    const wrong = all.flatMap(({ path, text, prose }) =>
      [
        ...codeIn(prose).filter((code) => ours.test(code) && !existsSync(join(root, code))),
        ...text.split('\n').filter((line) => outside.test(line)),
      ].map((found) => `${path}: ${found}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the README', () => {
  test('given the English one, when its codes are read, then they are those of the code, by status', async () => {
    const table = rows(section(await page('README.md'), '### Errors'));
    const written = table.flatMap(([status = '', codes = '']) =>
      codeIn(codes)
        .filter((code) => code !== 'Retry-After')
        .map((code) => [code, status.split(', ').map(Number)] as const),
    );
    expect(written.map(([code]) => code).toSorted()).toEqual(Object.keys(errorTable).toSorted());
    for (const [code, { status }] of Object.entries(errorTable)) {
      expect(new Map(written).get(code as keyof typeof errorTable), code).toContain(status);
    }
  });

  test('given the Chinese one, when compared, then commands, codes and links are the same', async () => {
    const [english, chinese] = await Promise.all([page('README.md'), page('README.zh-CN.md')]);
    const commands = (each: Page) => blocks(each).map(({ code }) => withoutComments(code));
    const told = (each: Page) => rows(each).map((cells) => cells.flatMap(codeIn));
    // The same pictures, each in the language of the page.
    const targets = (each: Page) =>
      links(each)
        .slice(1)
        .map((link) => link.replace(/^(docs\/images\/.+)-(?:en|zh)\.png$/, '$1.png'));
    expect(commands(english).length).toBeGreaterThan(3);
    expect(commands(chinese)).toEqual(commands(english));
    expect(told(chinese)).toEqual(told(english));
    expect(targets(chinese)).toEqual(targets(english));
    expect([links(english)[0], links(chinese)[0]]).toEqual(['README.zh-CN.md', 'README.md']);
  });
});

/** Logical ids of the alarms, whichever way the template is put together. */
async function alarmIds(): Promise<readonly string[]> {
  const { Resources = {} } = await alarmResources({
    resolveVariable: async () => 'test',
    resolveConfigurationProperty: async () => ({}),
  });
  return Object.entries(Resources).flatMap(([id, { Type }]) =>
    Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
  );
}

/** Names of the variables in serverless.yml, and of those that what it includes reads. */
async function variables(): Promise<readonly string[]> {
  const text = await readText('serverless.yml');
  const { provider } = z
    .object({ provider: z.object({ environment: z.record(z.string(), z.unknown()) }) })
    .parse(parse(text, { logLevel: 'error' }));
  const included = await sources('infra/{esbuild-plugins.ts,cloudformation/*.ts}');
  const names = [
    ...Object.keys(provider.environment),
    ...[...text.matchAll(/\benv:(\w+)/g)].map(([, name = '']) => name),
    ...included.flatMap(({ text: code }) =>
      [...code.matchAll(/process\.env\.(\w+)/g)].map(([, name = '']) => name),
    ),
  ];
  return [...new Set(names)].toSorted();
}

/** Whether a link of `from` leads to a file of the project, and to a heading that is there. */
function leadsSomewhere(all: readonly Page[], from: Page, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from.path : normalize(join(dirname(from.path), file));
  if (path.startsWith('..') || !existsSync(join(root, path))) return false;
  const to = all.find((each) => each.path === path);
  return anchor === undefined || to === undefined || anchors(to).includes(anchor);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function withoutComments(code: string): string {
  return code.replaceAll(/ +#.*$/gm, '');
}
