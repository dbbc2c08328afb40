import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Context } from 'aws-lambda';
import { functionName, root } from '../../infra/local/template.ts';
import { actAs } from './identity.ts';
import type { DeployedFunction } from './routes.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/**
 * Runs a function as Lambda does: its own time limit, JSON in and out, one request id for each run.
 * The clock of its life runs `slower` times as slowly as others.
 *
 * @throws Error `Sandbox.Timedout` when the function takes longer than it may.
 */
export async function runFunction(
  target: DeployedFunction,
  event: unknown,
  slower = 1,
): Promise<unknown> {
  const handler = await load(target.handler);
  const life = target.timeout * 1000;
  const begun = performance.now();
  const timeLeft = () => Math.max(0, Math.floor(life - (performance.now() - begun) / slower));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(target)), life * slower);
  });
  try {
    const given = JSON.parse(JSON.stringify(event));
    const work = actAs(target.key, () => handler(given, context(target, timeLeft)));
    const result = await Promise.race([work, late]);
    return result === undefined ? null : JSON.parse(JSON.stringify(result));
  } finally {
    clearTimeout(timer);
  }
}

async function load(handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  const module = await import(/* @vite-ignore */ resolve(root, `${handler.slice(0, dot)}.ts`));
  return module[handler.slice(dot + 1)];
}

function timedOut({ timeout }: DeployedFunction): Error {
  const error = new Error(`Task timed out after ${timeout}.00 seconds`);
  error.name = 'Sandbox.Timedout';
  return error;
}

function context(target: DeployedFunction, timeLeft: () => number): Context {
  const name = functionName(target.key);
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'test',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: timeLeft,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

/** A function that lets each call wait until the one before has ended. */
export function inTurn<Given extends unknown[], Result>(
  run: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  let before: Promise<unknown> = Promise.resolve();
  return (...given) => {
    const mine = before.then(() => run(...given));
    before = mine.catch(() => {});
    return mine;
  };
}
