import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defined } from '../../lib/primitives/defined.ts';
import { readProviders } from '../read-providers.ts';
import { buildFunctions } from './build.ts';
import { operator } from './credentials.ts';
import { startDatabase } from './database.ts';
import { serveEventBus } from './event-bus.ts';
import { type ExecutionOptions, executions } from './executions.ts';
import { demoApiKey, sealingKeys } from './first-start.ts';
import { awsEnvironment, startGateway } from './gateway.ts';
import { lambdaEndpoint } from './lambda.ts';
import { host, type Service } from './listen.ts';
import type { Log } from './logs.ts';
import { claimFolder } from './one-stack.ts';
import { localPermissions } from './permissions.ts';
import { startProduct } from './product.ts';
import { writeProviders } from './providers-file.ts';
import type { SandboxOptions } from './sandbox/options.ts';
import { type Sandbox, startSandbox } from './sandbox/sandbox.ts';
import { secretFile, serveSecrets } from './secrets-manager.ts';
import { serveStepFunctions } from './step-functions.ts';
import { checkPorts, choosePorts } from './tcp-ports.ts';
import {
  erasureMachineArn,
  erasureMachineDefinition,
  root,
  stateMachineArn,
  stateMachineDefinition,
} from './template.ts';

export interface LocalStackOptions {
  /** Where everything is kept; `.local` of the project when missing. */
  readonly folder?: string;
  /** The first of as many ports in a row as there are parts; each part's own when missing. */
  readonly firstPort?: number;
  readonly sandbox?: Omit<SandboxOptions, 'ports'>;
  /** Where the demo product is reached; `127.0.0.1` is another site than the rest. */
  readonly productHost?: string;
  readonly log: Log;
  /** Ends a start that is still under way. */
  readonly signal?: AbortSignal;
}

export interface LocalStack {
  readonly publicUrl: string;
  readonly productUrl: string;
  /** A key with every scope. */
  readonly apiKey: string;
  readonly sandbox: Sandbox;
  /** Ids of the providers that are the real hosts. */
  readonly realProviders: readonly string[];
  /** What an AWS SDK needs in its environment to reach this stack. */
  readonly environment: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly secretsUrl: string;
  readonly workflowsUrl: string;
  readonly stateMachineArn: string;
  /** What functions asked of AWS so far and may not do: `getToken may not dynamodb:Query SUBJECT`. */
  readonly refused: ReadonlySet<string>;
  /** Settles when a part ends by itself, with the reason. */
  readonly crashed: Promise<Error>;
  stop(): Promise<void>;
}

/**
 * Brings the whole stack up, each part after those that it needs, and waits until each answers.
 *
 * @throws Error when one runs already on the folder, a port is taken or a part does not come up; what
 *   was started is stopped first.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const ports = choosePorts(process.env, options.firstPort);
  const folder = options.folder ?? join(root, '.local');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const inFolder = (name: string) => join(folder, name);
  const publicUrl = `http://${host}:${ports.gateway}`;
  const claimed = await claimFolder(folder, publicUrl);

  const started: Pick<Service, 'stop'>[] = [{ stop: claimed.leave }];
  async function up<T extends Pick<Service, 'stop'>>(part: Promise<T>): Promise<T> {
    const running = await part;
    started.unshift(running);
    return running;
  }
  async function stop() {
    for (const part of started.splice(0)) await part.stop();
  }

  try {
    await readProviders();
    await checkPorts(ports);
    const sandbox = await startSandbox({
      folder: inFolder('sandbox'),
      log: (line) => options.log('sandbox', line),
      ...options.sandbox,
      ports,
    });
    started.unshift({ stop: () => sandbox.close() });
    const secrets = secretFile(inFolder('secrets.json'));
    const realProviders = writeProviders(
      inFolder('providers.json'),
      secrets,
      Object.values(sandbox.providers),
    );
    await sealingKeys(secrets);
    const refused = new Set<string>();
    const { check } = localPermissions(inFolder('providers.json'), (decision) => {
      if (decision.allowed) return;
      const refusal = `${decision.functionKey} may not ${decision.permission}`;
      refused.add(refusal);
      options.log('stack', refusal);
    });
    const secretsService = await up(serveSecrets(ports.secrets, secrets, check));

    const database = await up(
      startDatabase(ports.database, { folder: inFolder('database'), guard: check }),
    );
    const apiKey = await demoApiKey(database.url, inFolder('api-key'));

    const common: Pick<ExecutionOptions, 'invoke' | 'onChange'> = {
      invoke: lambdaEndpoint(`http://${host}:${ports.lambda}`),
      onChange: ({ name, status, error }) =>
        options.log('workflow', `${name} ${[status, error].filter(Boolean).join(' ')}`),
    };
    const creations = executions({
      ...common,
      definition: stateMachineDefinition(),
      file: inFolder('executions.json'),
    });
    const erasures = executions({
      ...common,
      machineArn: erasureMachineArn,
      definition: erasureMachineDefinition(),
      file: inFolder('erasures.json'),
    });
    const machines = [creations, erasures];
    const workflows = await up(serveStepFunctions(ports.workflows, machines, check));
    const product = await up(
      startProduct(ports.product, { publicUrl, apiKey, ...defined({ host: options.productHost }) }),
    );

    const events = await up(
      serveEventBus(
        ports.events,
        ({ DetailType, Detail }) => options.log('event', `${DetailType} ${Detail}`),
        check,
      ),
    );
    const urls = {
      databaseUrl: database.url,
      secretsUrl: secretsService.url,
      workflowsUrl: workflows.url,
      eventsUrl: events.url,
    };
    options.log('stack', 'building the functions');
    await buildFunctions(inFolder('build'), inFolder('providers.json'));
    const gateway = await up(
      startGateway(
        {
          ...urls,
          publicUrl,
          loginUrl: `${product.url}/login`,
          returnOrigins: [product.url],
          providersFile: inFolder('providers.json'),
          buildFolder: relative(root, inFolder('build')),
          gatewayPort: ports.gateway,
          lambdaPort: ports.lambda,
        },
        (line) => options.log('api', line),
        options.signal,
      ),
    );
    // Stopped first: a step that loses its function on the way down has not failed.
    started.unshift({
      stop: async () => {
        for (const machine of machines) machine.close();
      },
    });
    for (const machine of machines) machine.resume();

    return {
      ...urls,
      publicUrl,
      productUrl: product.url,
      apiKey,
      sandbox,
      realProviders,
      environment: awsEnvironment(urls, operator),
      refused,
      stateMachineArn,
      crashed: gateway.crashed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
