import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { reached } from '../storage/aws-failure.ts';
import { config } from './configuration.ts';
import { requestLimits } from './request-limits.ts';

interface Execution {
  readonly name: string;
  readonly operationId: string;
  readonly strategy: string;
}

let client: SFNClient | undefined;

/** Starts the state machine that creates. Each record's execution has a name of its own, so twice is once. */
export const workflow = {
  start({ name, operationId, strategy }: Execution): Promise<void> {
    return startOnce(config().stateMachineArn, name, { operationId, strategy });
  },
};

/** Starts the state machine that erases: once for each name, too. */
export const erasures = {
  start(name: string, input: { readonly erasureId: string; readonly run: string }): Promise<void> {
    return startOnce(config().erasureMachineArn, name, input);
  },
};

async function startOnce(stateMachineArn: string, name: string, input: object): Promise<void> {
  client ??= new SFNClient({ requestHandler: requestLimits, maxAttempts: 3 });
  const start = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
  const started = client.send(start).catch((error: unknown) => {
    // One of this name has run already: it was started, and its end is in the record.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  });
  await reached('workflow', started);
}
