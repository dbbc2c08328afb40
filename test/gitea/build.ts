import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/*
 * Gitea, built from the source that go.mod names and go.sum pins. Nothing of it is ours to give away
 * and it takes minutes, so the binary is kept outside the project, under the name of what it came of.
 */
const folder = import.meta.dirname;
const module = 'code.gitea.io/gitea';
const run = promisify(execFile);

/** The first Go that fetches the version a go.mod names (go.dev/doc/toolchain). */
const fetching = { major: 1, minor: 21 };

/** Where Go's own installer puts it, for shells that do not know. */
const env = {
  ...process.env,
  PATH: `${process.env.PATH ?? ''}${delimiter}/usr/local/go/bin`,
  GOTOOLCHAIN: 'auto',
  CGO_ENABLED: '1',
};

/** A binary, and the folder with the pages and texts that it reads. */
export interface Built {
  readonly binary: string;
  readonly staticRoot: string;
}

/** Why it cannot be built here, and what to do; undefined when it can. */
export function missingForGitea(): string | undefined {
  const missing = ['gcc', 'git'].filter((program) => versionOf(program, '--version') === undefined);
  const found = /\bgo(\d+)\.(\d+)/.exec(versionOf('go', 'version') ?? '');
  const [major, minor] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
  const old = major < fetching.major || (major === fetching.major && minor < fetching.minor);
  if (found === null || old) missing.unshift(found === null ? 'go' : `a newer Go than ${found[0]}`);
  if (missing.length === 0) return undefined;
  return `Gitea is not built and nothing of it is tested: ${missing.join(', ')} missing here. It takes Go (1.21 or newer, which fetches the version that test/gitea/go.mod names), gcc and git; then npm run test:gitea`;
}

function versionOf(program: string, word: string): string | undefined {
  try {
    return execFileSync(program, [word], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

/** Builds it if need be: minutes the first time. */
export async function builtGitea(log: (line: string) => void): Promise<Built> {
  const go = async (...words: string[]) =>
    (await run('go', words, { cwd: folder, env, maxBuffer: 100_000_000 })).stdout.trim();
  const compiler = await go('env', 'GOVERSION');
  await go('mod', 'download', module);
  const staticRoot = await go('list', '-mod=mod', '-m', '-f', '{{.Dir}}', module);
  const binary = join(cacheFolder(), keyOf(compiler), 'gitea');
  if (!existsSync(binary)) {
    log(`building ${binary}`);
    const unfinished = `${binary}.${process.pid}`;
    mkdirSync(join(binary, '..'), { recursive: true });
    const [, version = ''] = (await go('list', '-mod=mod', '-m', module)).split(' v');
    await go(
      'build',
      ...['-trimpath', '-buildvcs=false', '-tags', 'sqlite sqlite_unlock_notify'],
      ...['-ldflags', `-X main.Version=${version}`, '-o', unfinished, module],
    );
    renameSync(unfinished, binary);
  }
  return { binary, staticRoot };
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'forgebridge');
}

function keyOf(compiler: string): string {
  const pinned = readFileSync(join(folder, 'go.sum'));
  const digest = createHash('sha256').update(compiler).update(pinned).digest('hex');
  return `gitea-${digest.slice(0, 16)}`;
}
