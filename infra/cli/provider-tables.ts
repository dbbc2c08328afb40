import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Provider, strategies } from '../../lib/providers/provider.ts';
import { type Reasons, sharedReasons } from '../../lib/providers/refusal.ts';
import { loadProvider, reasonsOf } from '../../lib/providers/registry.ts';
import type { SandboxOptions } from '../local/sandbox/options.ts';
import { type HostId, hostIds, standIns } from '../local/sandbox/registry.ts';
import { hour } from '../local/sandbox/stand-in.ts';
import { root } from '../local/template.ts';

/** One host in one of its guises, and the client that would serve it. */
interface Column {
  readonly title: string;
  readonly client: Provider;
  /** Milliseconds; missing: for ever. */
  readonly accessMs: number | undefined;
}

type Row = readonly [title: string, cell: (column: Column) => string];

const yes = '✓';
const no = '–';
const mark = (there: unknown) => (there === undefined || there === false ? no : yes);
const list = (words: readonly string[]) => words.join(', ') || no;

const offers: readonly Row[] = [
  ['connect, list repositories', () => yes],
  ['refresh', ({ client, accessMs }) => mark(accessMs !== undefined && client.refresh)],
  ['revoke at the host', ({ client }) => mark(client.revoke)],
  ['from a template', ({ client }) => list(fromTemplate(client))],
  ['without a template', ({ client }) => mark(client.creation?.create)],
  ['installations', ({ client }) => mark(client.installations)],
];

const chinese: Readonly<Record<string, string>> = {
  'connect, list repositories': '连接、列出仓库',
  refresh: '刷新令牌',
  'revoke at the host': '在平台上撤销',
  'from a template': '使用模板',
  'without a template': '不使用模板',
  generate: '生成',
  fork: '复刻',
  installations: '应用安装',
};
const inChinese = (text: string) =>
  text
    .split(', ')
    .map((word) => chinese[word] ?? word)
    .join('、');
const offersInChinese = offers.map(
  ([title, cell]): Row => [chinese[title] ?? title, (column) => inChinese(cell(column))],
);

const differences: readonly Row[] = [
  ['access token lives', ({ accessMs }) => lifetime(accessMs)],
  ['a refresh ends the old access token', ({ client, accessMs }) => endsOld(client, accessMs)],
  ['PKCE', ({ client }) => (takesChallenge(client) ? 'S256' : no)],
  ['revocation', ({ client }) => mark(client.revoke)],
  ['from a template', ({ client }) => list(fromTemplate(client))],
  ['several files', ({ client }) => commits(client)],
  ['visibility', ({ client }) => list(client.creation?.rules.visibilities ?? [])],
  ['settings', ({ client }) => list(client.creation?.rules.settings ?? [])],
];

function fromTemplate({ creation }: Provider): readonly string[] {
  return strategies.filter((each) => each !== 'create' && creation?.[each] !== undefined);
}

function lifetime(ms: number | undefined): string {
  if (ms === undefined) return 'for ever';
  return ms > 48 * hour ? `${ms / hour / 24} days` : `${ms / hour} h`;
}

function endsOld({ refresh, rotation }: Provider, accessMs: number | undefined): string {
  if (refresh === undefined || accessMs === undefined) return no;
  return rotation === 'kills-access' ? 'yes' : 'no';
}

function takesChallenge({ authorizeUrl }: Provider): boolean {
  const url = authorizeUrl({ state: 's', redirectUri: 'https://r.example', codeChallenge: 'c' });
  return new URL(url).searchParams.has('code_challenge');
}

function commits({ creation }: Provider): string {
  if (creation === undefined) return no;
  return creation.rules.oneCommit ? 'one commit' : 'one commit each';
}

/** Tables with a column for each host, by the name that a page has them under. */
const byHost = { offers, offersInChinese, differences };

/** Why each kind of host refuses, and what helps; kinds that speak one dialect share their rows. */
async function reasonsTable(): Promise<readonly (readonly string[])[]> {
  const groups = new Map<Reasons, string[]>([[sharedReasons, ['every host']]]);
  for (const id of hostIds) {
    const { kind } = standIns[id].settings({});
    const reasons = await reasonsOf(kind);
    const names = groups.get(reasons) ?? [];
    const [name = kind] = titleOf(id).split(' ');
    groups.set(reasons, [...new Set([...names, name])]);
  }
  const rows = [...groups].flatMap(([reasons, names]) =>
    Object.entries(reasons).map(([reason, { code, field, remedy = '' }]) => [
      names.join(', '),
      `\`${reason}\``,
      `\`${code}\``,
      field === undefined ? '' : `\`${field}\``,
      remedy.replace(/\{(\w+)\}/g, '_$1_').replaceAll('|', '\\|'),
    ]),
  );
  return [['host', 'reason', 'code', 'field', 'remedy'], ...rows];
}

async function columns(): Promise<readonly Column[]> {
  const guises = hostIds.flatMap((id) =>
    Object.entries(standIns[id].guises ?? { [titleOf(id)]: {} }).map(
      ([title, options]) => ({ id, title, options }) as const,
    ),
  );
  return Promise.all(
    guises.map(async ({ id, title, options }) => ({
      title,
      client: await clientOf(id, options),
      accessMs: standIns[id].tokens(options).accessMs,
    })),
  );
}

function titleOf(id: HostId): string {
  const { name, flavour } = standIns[id].settings({});
  const [word = name] = name.split(' ');
  return flavour === undefined ? word : `${word} \`${flavour}\``;
}

async function clientOf(id: HostId, options: SandboxOptions): Promise<Provider> {
  const { clientSecret: _, ...settings } = standIns[id].settings(options);
  const webUrl = `https://${id}.example`;
  return loadProvider({
    settings: { id, ...settings, webUrl, apiUrl: webUrl + standIns[id].apiPath },
    fetch,
    clientSecrets: async () => [],
    now: () => 0,
  });
}

/** Markdown, its cells padded to the width of their column. */
function markdown(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** A table with a column for each host. */
function hostTable(rows: readonly Row[], all: readonly Column[]): readonly (readonly string[])[] {
  const head = ['', ...all.map(({ title }) => title)];
  return [head, ...rows.map(([title, cell]) => [title, ...all.map(cell)])];
}

/** A page with each of its tables as the code has it now. */
async function renewed(text: string): Promise<string> {
  const all = await columns();
  const tables = new Map([
    ...Object.entries(byHost).map(([name, rows]) => [name, hostTable(rows, all)] as const),
    ['reasons', await reasonsTable()] as const,
  ]);
  return text.replaceAll(
    /(<!-- table: (\w+) -->\n\n)[\s\S]*?(\n\n<!-- end of table -->)/g,
    (whole, before: string, name: string, after: string) => {
      const rows = tables.get(name);
      if (rows === undefined) throw new Error(`no table "${name}": ${whole.slice(0, 60)}`);
      return before + markdown(rows) + after;
    },
  );
}

/** Pages that hold tables made from the code. */
export const tablePages = ['README.md', 'README.zh-CN.md', 'docs/providers.md'];

/** The text of each such page, and what it should be. */
export function pagesWithTables() {
  return Promise.all(
    tablePages.map(async (path) => {
      const text = await readFile(join(root, path), 'utf8');
      return { path, text, right: await renewed(text) };
    }),
  );
}

if (import.meta.main) {
  for (const { path, right } of await pagesWithTables()) await writeFile(join(root, path), right);
}
