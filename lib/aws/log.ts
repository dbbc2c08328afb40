import { Logger } from '@aws-lambda-powertools/logger';
import { ForgebridgeError, HostSaid } from '../errors.ts';
import type { Invocation } from './invocation.ts';

/** What a log line may carry: names, numbers and codes. There is no place for a body or a header. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

let cached: Logger | undefined;
let about: LogFields = {};

function logger(): Logger {
  cached ??= new Logger();
  return cached;
}

/** Everything this container logs from now on carries these: the request and the function. */
export function beginLog(invocation: Invocation, fields: LogFields = {}): void {
  logger().resetKeys();
  about = {};
  logAlso({ requestId: invocation.requestId, function: invocation.functionName, ...fields });
}

/** All further lines of this invocation carry these too: they tie a request to what it set off. */
export function logAlso(fields: LogFields): void {
  about = { ...about, ...fields };
  logger().appendKeys(fields);
}

/** What every line of this invocation carries. */
export function toldAbout(): LogFields {
  return about;
}

/** Written at `LOG_LEVEL=DEBUG` alone. */
export function logDebug(message: string, fields: LogFields = {}): void {
  logger().debug(message, fields);
}

export function logInfo(message: string, fields: LogFields = {}): void {
  logger().info(message, fields);
}

/** Something to be looked into, though this invocation goes on. */
export function logWarning(message: string, fields: LogFields): void {
  logger().warn(message, fields);
}

/** Logs a failure: ours by its code and reason, a foreign one by its name and where it was thrown. */
export function logFailure(error: unknown, fields: LogFields = {}): void {
  const known = error instanceof ForgebridgeError;
  const cause = known ? error.cause : error;
  const details = {
    ...fields,
    code: known ? error.code : 'InternalError',
    reason: known ? error.details.reason : undefined,
    ...(cause instanceof HostSaid
      ? { hostStatus: cause.status, hostSaid: cause.sentence }
      : cause instanceof Error
        ? { cause: nameOf(cause), at: framesOf(cause) }
        : {}),
  };
  const expected = known && error.status < 500;
  if (expected) logger().warn('refused', details);
  else logger().error('failed', details);
}

/** The name, with Node's own code for what went wrong on the way to a host. */
function nameOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^[A-Z][A-Z0-9_]{2,63}$/.test(code) ? `${error.name} ${code}` : error.name;
}

/** The stack without the message: a foreign message can quote what it was given. */
function framesOf(error: Error): string {
  const frames =
    error.stack?.split('\n').filter((line) => line.trimStart().startsWith('at ')) ?? [];
  return frames
    .slice(0, 8)
    .map((line) => line.trim())
    .join(' | ');
}
