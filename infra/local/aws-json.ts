import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { AwsCall } from './aws-requests.ts';
import { listen, type Service } from './listen.ts';
import { forItsOwner } from './own-requests.ts';

/** One operation of a service: its input as sent, its answer as data. */
export type Operation = (input: unknown) => unknown;

/** Raises what the service answers to a call that its caller may not make. */
export type Guard = (headers: IncomingHttpHeaders, call: AwsCall) => void;

/** A refusal that an AWS SDK raises as the exception of that name. */
export function awsError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** Reads an operation's input, or refuses it as the service would. */
export function readInput<T extends z.ZodMiniType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw awsError('ValidationException', z.prettifyError(parsed.error));
}

/**
 * A service that speaks the AWS JSON protocol, versions 1.0 and 1.1: one POST for each call, the
 * operation in `X-Amz-Target`. Signatures are not checked; what their access key may do is the
 * guard's to say. Source: smithy.io, "AWS JSON protocols".
 */
export async function serveAwsJson(
  port: number,
  operations: Readonly<Record<string, Operation>>,
  guard: Guard = () => {},
): Promise<Service> {
  const server = createServer(async (request, response) => {
    const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.0';
    try {
      reply(response, 200, contentType, (await answer(request, operations, guard)) ?? {});
    } catch (error) {
      replyError(response, contentType, error);
    }
  });
  return listen(forItsOwner(server), port);
}

async function answer(
  request: IncomingMessage,
  operations: Readonly<Record<string, Operation>>,
  guard: Guard,
) {
  const body = await text(request);
  const target = String(request.headers['x-amz-target']);
  const input: unknown = body === '' ? {} : JSON.parse(body);
  guard(request.headers, { target, input });
  const name = target.split('.').at(-1) ?? '';
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) {
    throw awsError('UnknownOperationException', `${name || request.url} is not offered here`);
  }
  return operation(input);
}

/** Answers with an error as the service would. */
export function replyError(response: ServerResponse, contentType: string, error: unknown): void {
  // Only errors are thrown here: by operations, by guards and by Node itself.
  const { name, message } = error as Error;
  const status = name === 'InternalFailure' ? 500 : 400;
  reply(response, status, contentType, { __type: name, message, Message: message });
}

function reply(response: ServerResponse, status: number, contentType: string, body: unknown) {
  response.writeHead(status, { 'content-type': contentType, 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}
