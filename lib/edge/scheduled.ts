import type { Context } from 'aws-lambda';
import { type Invocation, invocationOf } from '../aws/invocation.ts';
import { beginLog, type LogFields, logFailure, logInfo } from '../aws/log.ts';

/**
 * A function that a schedule calls. What it answers is logged; what it throws makes Lambda try
 * again, and at last put the event into the dead-letter queue.
 */
export function scheduled(
  run: (invocation: Invocation) => Promise<LogFields>,
): (event: unknown, context: Context) => Promise<void> {
  return async (_event, context) => {
    const invocation = invocationOf(context);
    beginLog(invocation);
    try {
      logInfo('done', await run(invocation));
    } catch (error) {
      logFailure(error);
      throw error;
    }
  };
}
