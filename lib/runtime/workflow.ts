import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Workflow } from '../operations/operation.ts';
import { requestLimits } from './aws.ts';
import { config } from './config.ts';

let client: SFNClient | undefined;

/** Starts the state machine. The execution's name is the operation's id, so starting twice is once. */
export const workflow: Workflow = {
  async start(operationId, strategy) {
    client ??= new SFNClient({ requestHandler: requestLimits, maxAttempts: 3 });
    await client.send(
      new StartExecutionCommand({
        stateMachineArn: config().stateMachineArn,
        name: operationId,
        input: JSON.stringify({ operationId, strategy }),
      }),
    );
  },
};
