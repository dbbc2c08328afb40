import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { nobody, type operator } from './credentials.ts';
import type { Service } from './listen.ts';
import { eachLine } from './logs.ts';
import { erasureMachineArn, region, root, stage, stateMachineArn } from './template.ts';

/** Where the functions find everything; the same variables work against AWS. */
export interface GatewayEnvironment {
  readonly publicUrl: string;
  readonly loginUrl: string;
  readonly returnOrigins: readonly string[];
  readonly providersFile: string;
  /** Where the built functions are, relative to the project. */
  readonly buildFolder: string;
  readonly databaseUrl: string;
  readonly secretsUrl: string;
  readonly workflowsUrl: string;
  readonly eventsUrl: string;
  readonly gatewayPort: number;
  readonly lambdaPort: number;
}

/** The AWS SDK's own variables, for who has these `credentials`. */
export function awsEnvironment(
  urls: Pick<GatewayEnvironment, 'databaseUrl' | 'secretsUrl' | 'workflowsUrl' | 'eventsUrl'>,
  credentials: typeof operator,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: urls.databaseUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.secretsUrl,
    AWS_ENDPOINT_URL_SFN: urls.workflowsUrl,
    AWS_ENDPOINT_URL_EVENTBRIDGE: urls.eventsUrl,
  };
}

/** Ends the child when this process is gone, even when it was killed and could not say so. */
const endWithParent =
  "data:text/javascript,process.on('disconnect',()=>process.exit(1));process.channel?.unref()";

export interface Gateway extends Service {
  /** Settles when the process ends by itself, with the reason. */
  readonly crashed: Promise<Error>;
}

/**
 * API Gateway and Lambda: `serverless offline` in a process of its own. Its lines are kept back
 * until it answers, and shown when it fails before that. `signal` ends it on the way up.
 *
 * @throws Error with the process's last lines when it does not come up within a minute and a half.
 */
export async function startGateway(
  options: GatewayEnvironment,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<Gateway> {
  signal?.throwIfAborted();
  const require = createRequire(import.meta.url);
  const child = spawn(
    process.execPath,
    [
      ...['--import', endWithParent, require.resolve('serverless/bin/serverless.js')],
      ...['offline', '--stage', stage, '--region', region, '--noSponsor'],
    ],
    { cwd: root, env: environment(options), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const recent: string[] = [];
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  const take = (line: string) => {
    recent.push(line);
    if (recent.length > 40) recent.shift();
    if (state === 'ready' && worthShowing(line)) log(line);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) eachLine(stream, take);

  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signalName) => resolve(signalName ?? `exit code ${code}`));
  });
  const failure = (what: string) =>
    new Error([`serverless offline ${what}.`, ...recent].join('\n'));
  const crashed = new Promise<Error>((resolve) => {
    ended.then((how) => state !== 'stopping' && resolve(failure(`ended (${how})`)));
  });
  const stop = async () => {
    state = 'stopping';
    child.kill('SIGTERM');
    const slow = setTimeout(() => child.kill('SIGKILL'), 4_000);
    await ended;
    clearTimeout(slow);
  };

  const interrupted = new Promise<Error>((resolve) => {
    signal?.addEventListener('abort', () => resolve(failure('was interrupted')));
  });
  const answering = answers(`${options.publicUrl}/health`, () => state === 'starting');
  const up = await Promise.race([answering, crashed, interrupted]);
  if (up !== true) {
    await stop();
    throw up instanceof Error ? up : failure('did not answer in time');
  }
  state = 'ready';
  return { url: options.publicUrl, crashed, stop };
}

function environment(options: GatewayEnvironment): Record<string, string | undefined> {
  // What the shell holds for AWS must not reach the local stack: it could point at a real account.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(own),
    // Each function gets a key of its own instead: infra/local/on-this-machine.ts.
    ...awsEnvironment(options, nobody),
    PUBLIC_URL: options.publicUrl,
    LOGIN_URL: options.loginUrl,
    RETURN_ORIGINS: options.returnOrigins.join(','),
    STATE_MACHINE_ARN: stateMachineArn,
    ERASURE_MACHINE_ARN: erasureMachineArn,
    PROVIDERS_FILE: options.providersFile,
    BUILD_FOLDER: options.buildFolder,
    PORT_GATEWAY: String(options.gatewayPort),
    PORT_LAMBDA: String(options.lambdaPort),
  };
}

/** Functions log each request themselves; serverless-offline's own lines about it say less. */
function worthShowing(line: string): boolean {
  return line.trim() !== '' && !line.includes('(λ: ');
}

/** Whether the address answers at all before its time is over, or nobody waits any more. */
async function answers(url: string, wanted: () => boolean): Promise<boolean> {
  const deadline = Date.now() + 90_000;
  while (wanted() && Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response !== undefined) return true;
    await sleep(200);
  }
  return false;
}
