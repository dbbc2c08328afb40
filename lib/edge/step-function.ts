import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { invocationOf } from '../aws/invocation.ts';
import { beginLog, logFailure, logInfo } from '../aws/log.ts';
import { operations } from '../compose/step-operations.ts';
import { ForgebridgeError } from '../errors.ts';
import type { Operations } from '../operations/operation.ts';

const operationIdSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{44}$/));
/** A state machine of before says no execution. */
export const stepSchema = z.object({
  operationId: operationIdSchema,
  execution: z.exactOptional(z.string().check(z.maxLength(80))),
});

/**
 * A step of the state machine. What fails leaves as an error whose name is its code: Lambda reports
 * it as `errorType`, which the state machine's retriers and catchers match.
 */
export function step<Result>(
  run: (operations: Operations, input: z.output<typeof stepSchema>) => Promise<Result>,
): (event: unknown, context: Context) => Promise<Result> {
  return stepWith(stepSchema, run);
}

/** As {@link step}, with more input than the operation's id. */
export function stepWith<Schema extends z.ZodMiniType<{ operationId: string }>, Result>(
  schema: Schema,
  run: (operations: Operations, input: z.output<Schema>) => Promise<Result>,
): (event: unknown, context: Context) => Promise<Result> {
  return async (event, context) => {
    const invocation = invocationOf(context);
    const input = schema.safeParse(event);
    if (!input.success) throw new ForgebridgeError('InvalidInput', { reason: 'step_input' });
    const { operationId } = input.data;
    beginLog(invocation, { operationId });
    try {
      const result = await run(operations(invocation), input.data);
      logInfo('step done');
      return result;
    } catch (error) {
      logFailure(error);
      throw error instanceof ForgebridgeError ? error : new ForgebridgeError('InternalError');
    }
  };
}
