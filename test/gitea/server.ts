import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Built } from './build.ts';

/** A Gitea of its own: nothing of it is left when it is stopped. */
export interface GiteaServer {
  /** Where it listens itself, whatever it believes its address to be. */
  readonly url: string;
  readonly folder: string;
  stop(): Promise<void>;
}

/** Who looks after the server; everybody else is made by them. Nothing but this machine reaches it. */
export const steward = { name: 'steward', password: 'only-for-these-tests' };

interface Options {
  /** The address that it believes to have, and writes into its answers. */
  readonly rootUrl: string;
  /** Whether a refresh token is spent by its first use; Gitea's own default is that it is not. */
  readonly invalidateRefreshTokens?: boolean;
}

/** @throws Error with what it printed when it does not come up. */
export async function startGitea(built: Built, options: Options): Promise<GiteaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'forgebridge-gitea-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'app.ini');
  writeFileSync(config, settings(built, folder, port, options));
  const env = { ...process.env, GITEA_WORK_DIR: folder };
  const gitea = (...words: string[]) =>
    promisify(execFile)(built.binary, ['--config', config, ...words], { env });
  await gitea('migrate');
  await gitea(
    ...['admin', 'user', 'create', '--admin', '--must-change-password=false'],
    ...['--username', steward.name, '--password', steward.password],
    ...['--email', `${steward.name}@localhost.test`],
  );
  const child = spawn(built.binary, ['--config', config, 'web'], { env });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => void printed.push(text));
  }
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  async function stop(): Promise<void> {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
  for (let looks = 1; !(await answers(`${url}/api/healthz`)); looks += 1) {
    if (child.exitCode === null && looks < 600) {
      await sleep(100);
      continue;
    }
    await stop();
    throw new Error(`Gitea does not come up:\n${printed.join('')}`);
  }
  return { url, folder, stop };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

function settings({ staticRoot }: Built, folder: string, port: number, options: Options): string {
  return `
RUN_MODE = prod
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = ${options.rootUrl}/
PUBLIC_URL_DETECTION = never
STATIC_ROOT_PATH = ${staticRoot}
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = ${join(folder, 'gitea.db')}
SQLITE_JOURNAL_MODE = WAL
[repository]
ROOT = ${join(folder, 'repositories')}
DEFAULT_BRANCH = main
[security]
INSTALL_LOCK = true
PASSWORD_HASH_ALGO = pbkdf2$1$1
[oauth2]
INVALIDATE_REFRESH_TOKENS = ${options.invalidateRefreshTokens === true}
[session]
PROVIDER = memory
[indexer]
ISSUE_INDEXER_TYPE = db
[service]
DISABLE_REGISTRATION = true
[log]
LEVEL = Error
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
