import type { Context } from 'aws-lambda';

/** What one run of a function has: a name for logs and a life that ends. */
export interface Invocation {
  readonly requestId: string;
  readonly functionName: string;
  /** Milliseconds until the function is ended from outside. */
  readonly timeLeft: () => number;
}

export function invocationOf(context: Context): Invocation {
  return {
    requestId: context.awsRequestId,
    functionName: context.functionName,
    timeLeft: () => context.getRemainingTimeInMillis(),
  };
}
