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

/** Starts the state machine. Each record's execution has a name of its own, so starting twice is once. */
export const workflow = {
  async start({ name, operationId, strategy }: Execution): Promise<void> {
    client ??= new SFNClient({ requestHandler: requestLimits, maxAttempts: 3 });
    const start = new StartExecutionCommand({
      stateMachineArn: config().stateMachineArn,
      name,
      input: JSON.stringify({ operationId, strategy }),
    });
    const started = client.send(start).catch((error: unknown) => {
      // One of this name has run already: it was started, and its end is in the record.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    });
    await reached('workflow', started);
  },
};
