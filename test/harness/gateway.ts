import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';
import { nobody } from '../../infra/local/credentials.ts';
import { startDatabase } from '../../infra/local/database.ts';
import { type BusEvent, serveEventBus } from '../../infra/local/event-bus.ts';
import { type Executions, executions } from '../../infra/local/executions.ts';
import { demoApiKey, sealingKeys } from '../../infra/local/first-start.ts';
import { awsEnvironment } from '../../infra/local/gateway.ts';
import { lambdaFailure } from '../../infra/local/lambda.ts';
import {
  type Decision,
  localPermissions,
  type Permissions,
} from '../../infra/local/permissions.ts';
import { startProduct } from '../../infra/local/product.ts';
import { writeProviders } from '../../infra/local/providers-file.ts';
import type { SandboxOptions } from '../../infra/local/sandbox/options.ts';
import { anyPorts } from '../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../infra/local/sandbox/sandbox.ts';
import { type SecretFile, secretFile, serveSecrets } from '../../infra/local/secrets-manager.ts';
import { serveStepFunctions } from '../../infra/local/step-functions.ts';
import {
  erasureMachineArn,
  erasureMachineDefinition,
  keyTableName,
  root,
  secretPrefix,
  stage,
  stateMachineArn,
  stateMachineDefinition,
  tableName,
} from '../../infra/local/template.ts';
import { defined } from '../../lib/primitives/defined.ts';
import { captureOutput } from './captured-output.ts';
import { type Clock, takeClock } from './clock.ts';
import { undescribed } from './described.ts';
import { inTurn, runFunction } from './functions.ts';
import { serveHttpApi } from './http-api.ts';
import { signAsFunctions } from './identity.ts';
import { type DeployedFunction, type Route, readDeployment } from './routes.ts';

export interface TestGatewayOptions {
  readonly sandbox?: Omit<SandboxOptions, 'ports'>;
  /** Milliseconds that each wait of the state machine takes, and each pause before a retry; 5. */
  readonly pause?: number;
  /**
   * Every run loads its function anew, as a new container does, so many milliseconds later than the
   * one before. Otherwise functions share this process, and live off what another has kept in memory.
   */
  readonly coldStarts?: { readonly after: number };
  /** Every run waits for the one before, so that what is logged belongs to one run at a time. */
  readonly oneContainer?: boolean;
  /** What functions sleep passes at once, for everybody: for one request at a time. */
  readonly sleepless?: boolean;
  /** Requests to AWS have the time limits that are deployed. */
  readonly impatient?: boolean;
  /** Where the demo product is reached; `127.0.0.1` is another site than that of the functions. */
  readonly productHost?: string;
  /** Added to the functions' environment, or taken out of it where undefined. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface TestGateway {
  readonly url: string;
  readonly productUrl: string;
  /** A key with every scope. */
  readonly apiKey: string;
  readonly sandbox: Sandbox;
  readonly secrets: SecretFile;
  readonly executions: Executions;
  /** Those of the state machine that erases. */
  readonly erasures: Executions;
  /** All that was put on the event bus, oldest first. */
  readonly events: readonly BusEvent[];
  readonly databaseUrl: string;
  /** Sets the time forward for the functions and everything else in this process. */
  readonly clock: Clock;
  /** All that the functions wrote to their log, oldest first. */
  readonly logs: readonly string[];
  /** Runs one function with an event of its own, past the HTTP API. */
  invoke(key: string, event: unknown): Promise<unknown>;
  /** Where every run is a cold start: does this in containers that are there already. */
  warmly<T>(work: () => Promise<T>): Promise<T>;
  /** What functions asked of AWS so far, oldest first. */
  readonly decisions: readonly Decision[];
  /** The policies that decided, by function. */
  readonly roles: Permissions['roles'];
  /** @throws Error that names what functions asked of AWS and may not do. */
  stop(): Promise<void>;
}

/**
 * The bundle in this process, reached over HTTP as if deployed: the functions of serverless.yml
 * behind an HTTP API, with DynamoDB, Secrets Manager, Step Functions, the sandbox and the demo
 * product on ports of their own. One at a time for each test file: functions keep what they have
 * read from the environment.
 */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'forgebridge-'));
  const clock = takeClock();
  const output = captureOutput();
  const stops: (() => unknown)[] = [
    output.restore,
    signAsFunctions(),
    clock.restore,
    () => vi.unstubAllEnvs(),
    () => vi.doUnmock(limitsFile),
    () => vi.doUnmock('node:timers/promises'),
    () => rmSync(folder, { recursive: true, force: true }),
  ];
  const up = async <T extends { stop(): Promise<void> }>(part: Promise<T>): Promise<T> => {
    const running = await part;
    stops.unshift(() => running.stop());
    return running;
  };
  const differences: string[] = [];
  const stop = async () => {
    for (const end of stops.splice(0)) await end();
    // Here as well as in the reply's place: a test need not look at every reply.
    if (differences.length > 0) throw new Error(`not as lib/api says:\n${differences.join('\n')}`);
  };

  try {
    const { functions, routes } = readDeployment();
    const inTime = (target: DeployedFunction, event: unknown) => runFunction(target, event, slower);
    let warm = false;
    const runOne = options.oneContainer ? inTurn(inTime) : inTime;
    const run = (target: DeployedFunction, event: unknown) => {
      if (options.coldStarts !== undefined && !warm) {
        clock.advance(options.coldStarts.after);
        vi.resetModules();
      }
      return runOne(target, event);
    };
    const compare = ({ method, path }: Route, result: unknown) => {
      const difference = undescribed(method, path, result);
      if (difference === undefined) return;
      differences.push(difference);
      throw new Error(`not as lib/api says: ${difference}`);
    };
    const api = await up(serveHttpApi(routes, run, compare, slower));
    const sandbox = await startSandbox({ importPace, ...options.sandbox, ports: anyPorts });
    stops.unshift(() => sandbox.close());
    const secrets = secretFile(join(folder, 'secrets.json'));
    const providersFile = join(folder, 'providers.json');
    writeProviders(providersFile, secrets, Object.values(sandbox.providers));
    await sealingKeys(secrets);
    const decisions: Decision[] = [];
    const { check, roles } = localPermissions(providersFile, (each) => decisions.push(each));
    const secretsService = await up(serveSecrets(0, secrets, check));
    const database = await up(startDatabase(0, { guard: check }));
    const apiKey = await demoApiKey(database.url, join(folder, 'api-key'));
    const product = await up(
      startProduct(0, { publicUrl: api.url, apiKey, ...defined({ host: options.productHost }) }),
    );

    const invoke = async (key: string, event: unknown) => {
      const target = functions.get(key);
      if (target === undefined) throw new Error(`serverless.yml has no function ${key}`);
      return run(target, event).catch((error: Error) => {
        throw lambdaFailure(error.name, error.message);
      });
    };
    const common = { invoke, pause: options.pause ?? 5 };
    const runs = executions({ ...common, definition: stateMachineDefinition() });
    const erasures = executions({
      ...common,
      machineArn: erasureMachineArn,
      definition: erasureMachineDefinition(),
    });
    const workflows = await up(serveStepFunctions(0, [runs, erasures], check));
    stops.unshift(() => {
      runs.close();
      erasures.close();
    });

    const events: BusEvent[] = [];
    const bus = await up(serveEventBus(0, (event) => events.push(event), check));
    const environment = {
      ...awsEnvironment(
        {
          databaseUrl: database.url,
          secretsUrl: secretsService.url,
          workflowsUrl: workflows.url,
          eventsUrl: bus.url,
        },
        nobody,
      ),
      STAGE: stage,
      TABLE_NAME: tableName,
      KEY_TABLE_NAME: keyTableName,
      SECRET_PREFIX: secretPrefix,
      STATE_MACHINE_ARN: stateMachineArn,
      ERASURE_MACHINE_ARN: erasureMachineArn,
      PUBLIC_URL: api.url,
      LOGIN_URL: `${product.url}/login`,
      RETURN_ORIGINS: product.url,
      EVENT_BUS: 'default',
      POWERTOOLS_SERVICE_NAME: 'forgebridge',
      POWERTOOLS_METRICS_NAMESPACE: 'forgebridge',
      ...options.environment,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    // Functions keep what they read: those of this deployment begin anew, as its containers would.
    vi.resetModules();
    if (options.sleepless) {
      const setTimeout = (milliseconds: number) => turn(clock.advance(milliseconds));
      vi.doMock('node:timers/promises', () => ({ setTimeout }));
    }
    if (!options.impatient) {
      // One process does everything here; on a busy machine it answers itself late.
      vi.doMock(limitsFile, () => ({
        requestLimits: {},
        tableLimits: {},
      }));
    }
    // At build time PROVIDERS_FILE chooses the file; here nothing is built.
    vi.doMock(resolve(root, 'infra/providers.yml'), () => ({
      default: JSON.parse(readFileSync(providersFile, 'utf8')),
    }));
    return {
      url: api.url,
      productUrl: product.url,
      apiKey,
      sandbox,
      secrets,
      executions: runs,
      erasures,
      events,
      databaseUrl: database.url,
      clock,
      logs: output.lines,
      invoke,
      async warmly(work) {
        warm = true;
        return work().finally(() => {
          warm = false;
        });
      },
      decisions,
      roles,
      async stop() {
        await stop();
        const refused = refusals(decisions);
        if (refused.length > 0) throw new Error(refused.join('\n'));
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each refusal once, as lib/api/grants.ts would have to allow it. */
function refusals(decisions: readonly Decision[]): readonly string[] {
  const refused = decisions.filter(({ allowed }) => !allowed);
  return [...new Set(refused.map((each) => `${each.functionKey} may not ${each.permission}`))];
}

const limitsFile = resolve(root, 'lib/aws/request-limits.ts');

/** How many times longer functions live here: they share a process, and a machine that may be busy. */
const slower = 20;

/** Copies of a template pass through all their states, each of them soon. */
const importPace = { settleMs: 20, scheduledMs: 20, startedMs: 20, slowFactor: 1 };
