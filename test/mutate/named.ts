import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { namedChanges } from './named-changes.ts';

const root = resolve(import.meta.dirname, '../..');

/** Milliseconds that a test has: some changes are noticed by what then waits for ever. */
const patience = 30_000;

/**
 * Makes each of the named changes, one after the other, in the sources themselves, runs its tests and
 * takes it back. Writes to the terminal which test noticed it.
 *
 * @returns how many nobody noticed.
 */
export function tryNamedChanges(): number {
  let unnoticed = 0;
  for (const { what, file, from, to, tests } of namedChanges) {
    const path = join(root, file);
    const before = readFileSync(path, 'utf8');
    if (before.split(from).length !== 2) throw new Error(`${file} has not once: ${from}`);
    let noticed: string | undefined;
    try {
      writeFileSync(
        path,
        before.replace(from, () => to),
      );
      noticed = failingTest(tests);
    } finally {
      writeFileSync(path, before);
    }
    if (noticed === undefined) unnoticed += 1;
    process.stdout.write(`${noticed === undefined ? 'NOT NOTICED' : 'noticed'}: ${what}\n`);
    if (noticed !== undefined) process.stdout.write(`  by ${noticed}\n`);
  }
  return unnoticed;
}

/** The first test that fails. */
function failingTest(files: readonly string[]): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'named-'));
  try {
    const file = join(folder, 'report.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const report = ['--reporter=json', `--outputFile=${file}`];
    const args = ['run', ...report, '--bail=1', `--testTimeout=${patience}`, ...files];
    spawnSync(process.execPath, [vitest, ...args], { cwd: root, stdio: 'ignore' });
    const written: Report = JSON.parse(readFileSync(file, 'utf8'));
    const failed = written.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => `${name.slice(root.length + 1)}: ${fullName}`),
    );
    return failed[0];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What vitest's reporter `json` prints, of it what is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
