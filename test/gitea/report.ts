import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Strategy } from '../../lib/providers/provider.ts';

/** What became of one seeded run. */
export interface Run {
  readonly strategy: Strategy;
  /** Connections cut before the server heard the request. */
  readonly before: number;
  /** Connections cut after the server acted. */
  readonly after: number;
  readonly succeeded: boolean;
  /** Repositories that stand there under the run's name, or under one that a host may have made of it. */
  readonly made: number;
  /** Those of them that the operation says to be its own. */
  readonly claimed: number;
}

const columns: readonly (readonly [name: string, count: (runs: readonly Run[]) => number])[] = [
  ['runs', (runs) => runs.length],
  ['cut before', (runs) => sum(runs, ({ before }) => before)],
  ['cut after', (runs) => sum(runs, ({ after }) => after)],
  ['succeeded', (runs) => sum(runs, ({ succeeded }) => Number(succeeded))],
  ['repositories', (runs) => sum(runs, ({ made }) => made)],
  ['duplicates', (runs) => sum(runs, ({ made }) => Math.max(0, made - 1))],
  ['unclaimed', (runs) => sum(runs, ({ made, claimed }) => made - claimed)],
];

function sum(runs: readonly Run[], count: (run: Run) => number): number {
  return runs.reduce((all, run) => all + count(run), 0);
}

const git = (...words: string[]) =>
  execFileSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();

/** Writes down what was counted, and at which commit. */
export function report(runs: readonly Run[], version: string): void {
  const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ', changed';
  const cells = (words: readonly (string | number)[]) => `| ${words.join(' | ')} |`;
  const strategies = [...new Set(runs.map(({ strategy }) => strategy))].sort();
  const row = (name: string, of: readonly Run[]) =>
    cells([name, ...columns.map(([, count]) => count(of))]);
  const lines = [
    '# Exactly once, at a real Gitea',
    '',
    `Written by \`SEEDS=${runs.length} npm run test:gitea -- exactly-once\` at commit ${git('rev-parse', '--short', 'HEAD')}${changed}, Gitea ${version}. Each run is one operation at the server of this folder, behind a proxy on the loopback address. The first attempt of every step, and a quarter of the later ones, is cut off at some request until its client gives up: before the server has heard it, or after it acted. Then the process of the step ends, and the state machine has it tried again.`,
    '',
    cells(['', ...columns.map(([name]) => name)]),
    cells(['---', ...columns.map(() => '--:')]),
    ...strategies.map((name) =>
      row(
        name,
        runs.filter(({ strategy }) => strategy === name),
      ),
    ),
    row('all', runs),
    '',
    '_Duplicates_ are repositories of a run beyond its first one; _unclaimed_ are those that stand there and that no operation says to be its own.',
    '',
  ];
  writeFileSync(join(import.meta.dirname, 'exactly-once.md'), lines.join('\n'));
}
