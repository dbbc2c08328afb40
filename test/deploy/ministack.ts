import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../infra/local/listen.ts';
import { region } from '../../infra/local/template.ts';
import { inEnvironment } from './python.ts';
import { run, shell } from './run.ts';

const python = inEnvironment('python');

/** An AWS of our own, with roles enforced, and nothing in it. */
export interface Ministack {
  readonly url: string;
  /** What an AWS SDK or tool needs in its environment to reach it. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Makes these calls, each `[service, operation, parameters]`; the answers in the same order. One with
   * credentials is made by whoever they belong to, and answers the code of its refusal, or null.
   */
  aws(calls: readonly AwsCall[]): Promise<readonly unknown[]>;
  /** What the roles of functions asked for so far, and whether it was allowed. */
  decisions(): Promise<readonly Decision[]>;
  stop(): Promise<void>;
}

export type AwsCall = readonly [
  service: string,
  operation: string,
  parameters: object,
  credentials?: unknown,
];

export interface Decision {
  /** `arn:aws:sts::…:assumed-role/{role}/{function}`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
}

/** Starts MiniStack on a free port. Its log, and what the functions leave, go to `folder`. */
export async function startMinistack(folder: string): Promise<Ministack> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const decisionsFile = join(folder, 'decisions.jsonl');
  const child = spawn(python, [join(import.meta.dirname, 'emulator.py')], {
    cwd: folder,
    // A group of its own: it ends with all the functions that run in it.
    detached: true,
    env: shell({
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      TMPDIR: folder,
      DECISIONS_FILE: decisionsFile,
    }),
    stdio: 'pipe',
  });
  const log = createWriteStream(join(folder, 'ministack.log'));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  try {
    await untilHealthy(url, () => child.exitCode === null);
  } catch (error) {
    await stop();
    throw error;
  }
  const variables = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
  return {
    url,
    variables,
    async aws(calls) {
      const input = JSON.stringify(calls);
      const script = join(import.meta.dirname, 'aws.py');
      return JSON.parse(await run(python, [script], { environment: variables, input }));
    },
    async decisions() {
      const lines = (await readFile(decisionsFile, 'utf8')).trim().split('\n');
      return lines.map((line) => JSON.parse(line));
    },
    stop,
  };
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const service = await listen(createServer(), 0);
  await service.stop();
  return Number(new URL(service.url).port);
}

async function untilHealthy(url: string, running: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (running() && Date.now() < deadline) {
    const answer = await fetch(`${url}/_ministack/health`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error('MiniStack does not come up; see ministack.log');
}
