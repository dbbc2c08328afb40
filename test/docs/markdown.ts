import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../infra/local/template.ts';

/** A Markdown file of the project; `prose` is its text without fenced code. */
export interface Page {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly prose: string;
}

const fence = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;

/** All Markdown files that are the project's own. */
export async function pages(): Promise<readonly Page[]> {
  const found: Page[] = [];
  const patterns = ['*.md', '{docs,lib,infra,functions,test}/**/*.md'];
  for await (const path of glob(patterns, { cwd: root })) found.push(await page(path));
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** One of them. */
export async function page(path: string): Promise<Page> {
  const text = await readFile(join(root, path), 'utf8');
  return { path, text, prose: text.replace(fence, '') };
}

/** Its fenced blocks, in order. */
export function blocks({ text }: Pick<Page, 'text'>) {
  return [...text.matchAll(fence)].map(([, indent = '', language = '', code = '']) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The part below a heading, up to the next one of its level or above. */
export function section({ text }: Pick<Page, 'text'>, heading: string): { text: string } {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`no heading "${heading}"`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => (/^(#+) /.exec(line)?.[1]?.length ?? 99) <= level);
  return { text: rest.slice(0, end < 0 ? undefined : end).join('\n') };
}

/** The rows of its tables as lists of cells, without heads and rules. */
export function rows({ text }: Pick<Page, 'text'>): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const isRule = (line: string | undefined) => /^\|[ :|-]+\|$/.test(line ?? '');
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** What stands in `code` in a text, in order. */
export function codeIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** Names of its headings as links to them are written. */
export function anchors({ prose }: Pick<Page, 'prose'>): readonly string[] {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

/** Targets of its links that lead to no other site. */
export function links({ prose }: Pick<Page, 'prose'>): readonly string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}
