import * as z from 'zod/mini';
import { awsError, type Guard, type Operation, readInput, serveAwsJson } from './aws-json.ts';
import { type Execution, type Executions, executionArn } from './executions.ts';
import type { Service } from './listen.ts';

const byMachine = z.object({
  stateMachineArn: z.string(),
  statusFilter: z.optional(z.string()),
});
const startInput = z.extend(byMachine, {
  name: z.string().check(z.regex(/^[\w-]{1,80}$/)),
  input: z._default(z.string(), '{}'),
});
const byArn = z.object({
  executionArn: z.string(),
  error: z.optional(z.string()),
  cause: z.optional(z.string()),
});

/** Step Functions' wire protocol (AWS JSON 1.0) over the executions of these state machines. */
export function serveStepFunctions(
  port: number,
  machines: readonly Executions[],
  guard?: Guard,
): Promise<Service> {
  function find(arn: string): { readonly execution: Execution; readonly of: Executions } {
    const name = arn.split(':').at(-1) ?? '';
    for (const of of machines) {
      const execution = of.all.get(name);
      if (execution !== undefined && executionArn(name, of.machineArn) === arn) {
        return { execution, of };
      }
    }
    throw awsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  function ofMachine(arn: string): Executions {
    const machine = machines.find(({ machineArn }) => machineArn === arn);
    if (machine !== undefined) return machine;
    throw awsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  const operations: Record<string, Operation> = {
    StartExecution(given) {
      const { stateMachineArn: arn, name, input } = readInput(startInput, given);
      const executions = ofMachine(arn);
      JSON.parse(input);
      const known = executions.all.get(name);
      // The same name and input again is the same execution, but only while that still runs.
      if (known !== undefined && (known.status !== 'RUNNING' || known.input !== input)) {
        throw awsError(
          'ExecutionAlreadyExists',
          `Execution Already Exists: '${executionArn(name, arn)}'`,
        );
      }
      const { startedAt } = known ?? executions.start(name, input);
      return { executionArn: executionArn(name, arn), startDate: startedAt / 1000 };
    },
    DescribeExecution: (input) => {
      const { execution, of } = find(readInput(byArn, input).executionArn);
      const { output, error, cause } = execution;
      return { ...summary(execution, of), input: execution.input, output, error, cause };
    },
    StopExecution(input) {
      const { executionArn: arn, error, cause } = readInput(byArn, input);
      const { execution, of } = find(arn);
      of.stop(execution, error, cause);
      return { stopDate: (execution.stoppedAt ?? execution.startedAt) / 1000 };
    },
    GetExecutionHistory: (input) => ({
      events: find(readInput(byArn, input).executionArn).execution.events.map(historyEvent),
    }),
    ListExecutions(input) {
      const { stateMachineArn: arn, statusFilter } = readInput(byMachine, input);
      const executions = ofMachine(arn);
      const listed = [...executions.all.values()].filter(
        ({ status }) => statusFilter === undefined || status === statusFilter,
      );
      return { executions: listed.reverse().map((each) => summary(each, executions)) };
    },
  };
  return serveAwsJson(port, operations, guard);
}

function summary({ name, status, startedAt, stoppedAt }: Execution, { machineArn }: Executions) {
  return {
    executionArn: executionArn(name, machineArn),
    stateMachineArn: machineArn,
    name,
    status,
    startDate: startedAt / 1000,
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
  };
}

const eventSchema = z.object({
  type: z.string(),
  timestamp: z.number(),
  input: z.optional(z.unknown()),
  output: z.optional(z.unknown()),
  Error: z.optional(z.string()),
  Cause: z.optional(z.unknown()),
  state: z.optional(
    z.object({
      name: z.string(),
      type: z.string(),
      input: z.unknown(),
      output: z.optional(z.unknown()),
    }),
  ),
});

/** An event of the interpreter in the shape of Step Functions' `HistoryEvent`. */
function historyEvent(raw: unknown, index: number) {
  const event = eventSchema.parse(raw);
  const failed = { error: event.Error, cause: text(event.Cause) };
  const base = { id: index + 1, previousEventId: index, timestamp: event.timestamp / 1000 };
  const name = event.state?.name;
  switch (event.type) {
    case 'StateEntered':
      return {
        ...base,
        type: `${event.state?.type}StateEntered`,
        stateEnteredEventDetails: { name, input: text(event.state?.input) },
      };
    case 'StateExited':
      return {
        ...base,
        type: `${event.state?.type}StateExited`,
        stateExitedEventDetails: { name, output: text(event.state?.output) },
      };
    case 'StateFailed':
      return { ...base, type: 'LambdaFunctionFailed', lambdaFunctionFailedEventDetails: failed };
    case 'ExecutionStarted':
      return {
        ...base,
        type: event.type,
        executionStartedEventDetails: { input: text(event.input) },
      };
    case 'ExecutionSucceeded':
      return {
        ...base,
        type: event.type,
        executionSucceededEventDetails: { output: text(event.output) },
      };
    case 'ExecutionFailed':
      return { ...base, type: event.type, executionFailedEventDetails: failed };
    default:
      return { ...base, type: event.type };
  }
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
