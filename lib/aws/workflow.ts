import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { reached } from '../storage/aws-failure.ts';
import { config } from './configuration.ts';
import { requestLimits } from './request-limits.ts';

let client: SFNClient | undefined;

/** Starts the state machine. The execution's name is the operation's id, so starting twice is once. */
export const workflow = {
  async start(operationId: string, strategy: string, again?: string): Promise<void> {
    client ??= new SFNClient({ requestHandler: requestLimits, maxAttempts: 3 });
    const start = new StartExecutionCommand({
      stateMachineArn: config().stateMachineArn,
      name: again === undefined ? operationId : `${operationId}-${again}`,
      input: JSON.stringify({ operationId, strategy }),
    });
    const started = client.send(start).catch((error: unknown) => {
      // One of this name has run already: it was started, and its end is in the record.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    });
    await reached('workflow', started);
  },
};
