import * as z from 'zod/mini';
import type { Invoke } from './executions.ts';
import { functionName } from './template.ts';

const failureSchema = z.object({
  errorMessage: z.string(),
  trace: z.array(z.string()),
});

/**
 * Invokes functions through serverless-offline's Lambda endpoint. It reports every failure as a
 * plain `Error`; the name that Lambda would give as `errorType` still stands at the head of the
 * stack trace.
 */
export function lambdaEndpoint(url: string): Invoke {
  return async (key, input) => {
    const response = await fetch(`${url}/2015-03-31/functions/${functionName(key)}/invocations`, {
      method: 'POST',
      body: JSON.stringify(input),
    }).catch((error: Error) => {
      throw lambdaFailure('Lambda.ServiceException', error.message);
    });
    const body = await response.text();
    if (response.headers.has('x-amz-function-error')) {
      const { errorMessage, trace } = failureSchema.parse(JSON.parse(body));
      throw lambdaFailure(errorType(errorMessage, trace[0] ?? ''), errorMessage);
    }
    if (!response.ok) throw lambdaFailure('Lambda.ServiceException', body);
    return body === '' ? null : JSON.parse(body);
  };
}

/** A function's failure as Step Functions sees it: the type to match on, the rest as JSON. */
export function lambdaFailure(type: string, errorMessage: string): Error {
  const failure = new Error(JSON.stringify({ errorType: type, errorMessage }));
  failure.name = type;
  return failure;
}

function errorType(message: string, firstLine: string): string {
  if (message === '[504] - Lambda timeout.') return 'Sandbox.Timedout';
  return /^([\w.]+)(?: \[\w+\])?(?::|$)/.exec(firstLine)?.[1] ?? 'Error';
}
