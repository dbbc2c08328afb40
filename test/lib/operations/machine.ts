import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateMachine } from 'aws-local-stepfunctions';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '../../../infra/create-repository.asl.yml');

/** Any state of the definition, as far as tests look into it. */
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Result?: { readonly Error: string };
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
}

export interface Definition {
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** The packaged definition, its resources replaced by the ARNs of functions that do not exist. */
export function readDefinition(): Definition {
  const arn = {
    tag: '!GetAtt',
    resolve: (name: string) =>
      `arn:aws:lambda:eu-west-1:123456789012:function:${name.split('.')[0]}`,
  };
  return parse(readFileSync(file, 'utf8'), { customTags: [arn] });
}

/** How an execution ended: its output, or the error of its `Fail` state. */
export interface Execution {
  readonly error?: string;
  readonly output?: unknown;
  /** All that the history would hold: inputs and outputs of every state. */
  readonly history: string;
}

export type TaskInput = {
  readonly operationId: string;
  readonly execution?: string;
  readonly error?: string;
};
export type Tasks = Readonly<Record<string, (input: TaskInput) => Promise<object>>>;

type Log = ReturnType<StateMachine['run']>['eventLogs'];
type LoggedEvent = Log extends AsyncIterable<infer Event> ? Event : never;

/** Runs the definition with these tasks, by state name; waits and retry pauses take no time. */
export async function execute(
  tasks: Tasks,
  input: { operationId: string; strategy: string },
  name = input.operationId,
): Promise<Execution> {
  const definition = readDefinition();
  const handlers = Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      async (given: unknown) => (await task(given as TaskInput)) as Record<string, string>, // JSON both ways
    ]),
  );
  const pauses = Object.fromEntries(Object.keys(definition.States).map((name) => [name, 0]));
  // The library's type leaves out what it takes. The definition has a validation test of its own.
  const machine = new StateMachine(definition as never, {
    validationOptions: { noValidate: true },
  });
  const run = machine.run(input, {
    context: { Execution: { Name: name } },
    overrides: {
      taskResourceLocalHandlers: handlers,
      waitTimeOverrides: pauses,
      retryIntervalOverrides: pauses,
    },
  });
  run.result.catch(() => undefined); // told below, by the event
  const events: LoggedEvent[] = [];
  for await (const event of run.eventLogs) events.push(event);
  const last = events.at(-1);
  return {
    history: JSON.stringify(events),
    ...(last?.type === 'ExecutionSucceeded' ? { output: last.output } : {}),
    ...(last?.type === 'ExecutionFailed' ? { error: last.Error } : {}),
  };
}
