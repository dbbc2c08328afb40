import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Invocation, invocationOf } from '../aws/invocation.ts';
import { beginLog, logFailure, logInfo } from '../aws/log.ts';
import type { Step } from '../erasure/steps.ts';
import { ForgebridgeError } from '../errors.ts';
import { digestLength } from '../storage/keys.ts';

const inputSchema = z.object({
  erasureId: z.string().check(z.regex(/^[\w-]+$/), z.length(digestLength)),
  run: z.string().check(z.regex(/^[\w-]{1,40}$/)),
  phase: z.enum(['close', 'erase']),
});

/** What a step is to do: `partition` is that of the subject. */
interface Given {
  readonly phase: z.output<typeof inputSchema>['phase'];
  readonly partition: string;
  readonly id: string;
  readonly run: string;
}

/** A step of the erasing state machine; what fails leaves as an error whose name is its code. */
export function erasureStep(
  run: (given: Given, invocation: Invocation) => Promise<Step>,
): (event: unknown, context: Context) => Promise<Step> {
  return async (event, context) => {
    const invocation = invocationOf(context);
    const input = inputSchema.safeParse(event);
    if (!input.success) throw new ForgebridgeError('InvalidInput', { reason: 'step_input' });
    const { erasureId: id, ...rest } = input.data;
    beginLog(invocation, { subject: id, phase: rest.phase });
    try {
      const step = await run({ id, partition: `SUBJECT#${id}`, ...rest }, invocation);
      logInfo('step done', { state: step.state });
      return step;
    } catch (error) {
      logFailure(error);
      throw error instanceof ForgebridgeError ? error : new ForgebridgeError('InternalError');
    }
  };
}
