import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { defined } from '../../lib/primitives/defined.ts';
import { account, functionKey, region, stateMachineArn } from './template.ts';

/** Runs a function of serverless.yml; a failure is raised with Lambda's `errorType` as its name. */
export type Invoke = (functionKey: string, input: unknown) => Promise<unknown>;

export interface Execution {
  readonly name: string;
  /** JSON, as given. */
  readonly input: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  stoppedAt?: number;
  output?: string;
  error?: string;
  cause?: string;
  /** What happened, as the interpreter tells it, oldest first. */
  readonly events: unknown[];
}

export interface ExecutionOptions {
  /** Of the state machine; that which creates when missing. */
  readonly machineArn?: string;
  readonly definition: StateMachineDefinition;
  readonly invoke: Invoke;
  /** Where executions are kept; in memory when missing. */
  readonly file?: string;
  /** Milliseconds that every wait and every pause before a retry takes, instead of their own. */
  readonly pause?: number;
  readonly onChange?: (execution: Execution) => void;
}

export interface Executions {
  readonly machineArn: string;
  readonly all: ReadonlyMap<string, Execution>;
  /** Takes up what was running when the stack went down. */
  resume(): void;
  start(name: string, input: string): Execution;
  stop(execution: Execution, error?: string, cause?: string): void;
  /** Ends the interpreter's work; what is still running begins again with the next start. */
  close(): void;
}

export function executionArn(name: string, machineArn = stateMachineArn): string {
  return `arn:aws:states:${region}:${account}:execution:${machineArn.split(':').at(-1)}:${name}`;
}

/**
 * Executions of one state machine. One that a restart interrupts begins again from its first state:
 * every step looks before it acts, so that is safe, where AWS would go on in the middle.
 */
export function executions(options: ExecutionOptions): Executions {
  const machine = new StateMachine(options.definition, {
    // Which takes longer than to run it; test/infra holds the definition to its language.
    validationOptions: { noValidate: true },
  });
  const { machineArn = stateMachineArn } = options;
  const all = new Map<string, Execution>(load(options.file).map((one) => [one.name, one]));
  const aborts = new Map<string, () => void>();
  let closed = false;

  function changed(execution: Execution) {
    save(options.file, [...all.values()]);
    options.onChange?.(execution);
  }

  function finish(execution: Execution, outcome: Partial<Execution>) {
    if (closed || execution.status !== 'RUNNING') return;
    Object.assign(execution, { stoppedAt: Date.now(), ...outcome });
    aborts.delete(execution.name);
    changed(execution);
  }

  function run(execution: Execution) {
    const running = machine.run(JSON.parse(execution.input), {
      overrides: overrides(options),
      context: {
        Execution: { Id: executionArn(execution.name, machineArn), Name: execution.name },
      },
    });
    aborts.set(execution.name, running.abort);
    const recorded = record(running.eventLogs, execution.events);
    running.result.then(
      (output) => finish(execution, { status: 'SUCCEEDED', output: JSON.stringify(output) }),
      async (error: Error) => {
        await recorded;
        finish(execution, failure(error));
      },
    );
  }

  return {
    machineArn,
    all,
    resume() {
      for (const execution of all.values()) if (execution.status === 'RUNNING') run(execution);
    },
    start(name, input) {
      const execution: Execution = {
        name,
        input,
        startedAt: Date.now(),
        status: 'RUNNING',
        events: [],
      };
      all.set(name, execution);
      changed(execution);
      run(execution);
      return execution;
    },
    stop(execution, error, cause) {
      const abort = aborts.get(execution.name);
      finish(execution, {
        status: 'ABORTED',
        ...defined({ error, cause }),
      });
      abort?.();
    },
    close() {
      closed = true;
      for (const abort of aborts.values()) abort();
    },
  };
}

function failure(error: Error): Partial<Execution> {
  if (error.name === 'ExecutionTimeoutError') {
    return { status: 'TIMED_OUT', error: 'States.Timeout', cause: error.message };
  }
  const reason = error.cause instanceof Error ? error.cause : error;
  return { status: 'FAILED', error: reason.name, cause: reason.message };
}

async function record(log: AsyncIterable<unknown>, events: unknown[]) {
  for await (const event of log) events.push(event);
}

/** Tasks run our functions; waits are shortened when `pause` says so. */
function overrides({ definition, invoke, pause }: ExecutionOptions) {
  const states = Object.entries(definition.States);
  const tasks = states.flatMap(([name, state]) =>
    state.Type === 'Task' ? [[name, task(state.Resource, invoke)] as const] : [],
  );
  const pauses = Object.fromEntries(states.map(([name]) => [name, pause ?? 0]));
  return {
    taskResourceLocalHandlers: Object.fromEntries(tasks),
    ...(pause === undefined ? {} : { waitTimeOverrides: pauses, retryIntervalOverrides: pauses }),
  };
}

type Json = Parameters<StateMachine['run']>[0];

function task(resource: string, invoke: Invoke) {
  // A Lambda's answer has been through JSON before it comes here.
  return async (input: Json) => (await invoke(functionKey(resource), input)) as Json;
}

function load(file: string | undefined): Execution[] {
  if (file === undefined || !existsSync(file)) return [];
  // Written by `save` below and by nobody else.
  return JSON.parse(readFileSync(file, 'utf8')) as Execution[];
}

function save(file: string | undefined, all: readonly Execution[]) {
  if (file === undefined) return;
  writeFileSync(`${file}.new`, JSON.stringify(all), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
