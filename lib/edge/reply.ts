import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Problem } from '../api/schemas/problem.ts';
import { config } from '../aws/configuration.ts';
import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';

export type Reply = APIGatewayProxyStructuredResultV2;

/** On every reply: nothing is cached, framed, sniffed or told to the next site. */
const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
} as const;

export interface ReplyParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

function reply(statusCode: number, body: string, parts: ReplyParts): Reply {
  return {
    statusCode,
    headers: { ...safeHeaders, ...parts.headers },
    ...(parts.cookies === undefined ? {} : { cookies: [...parts.cookies] }),
    body,
  };
}

/** `Body` is the type of the route's schema (lib/api/schemas): it must be named. */
export function json<Body = never>(
  statusCode: number,
  body: NoInfer<Body>,
  parts: ReplyParts = {},
): Reply {
  const headers = { 'content-type': 'application/json', ...parts.headers };
  return reply(statusCode, JSON.stringify(body), { ...parts, headers });
}

export function html(statusCode: number, body: string, parts: ReplyParts = {}): Reply {
  const headers = { 'content-type': 'text/html; charset=utf-8', ...parts.headers };
  return reply(statusCode, body, { ...parts, headers });
}

/** What is the same for everybody is kept for an hour, and may be loaded by pages of other sites. */
const forEverybody = {
  'cache-control': 'public, max-age=3600',
  'cross-origin-resource-policy': 'cross-origin',
} as const;

/** A picture of ours. It says nothing of anybody, so pages of other sites may show it. */
export function svg(body: string, vary?: string): Reply {
  return reply(200, body, {
    headers: { ...forEverybody, 'content-type': 'image/svg+xml', ...defined({ vary }) },
  });
}

/** A script of ours, for pages of other sites. */
export function javaScript(body: string): Reply {
  const type = { 'content-type': 'text/javascript; charset=utf-8' };
  return reply(200, body, { headers: { ...forEverybody, ...type } });
}

export function empty(statusCode: 204 | 304, parts: ReplyParts = {}): Reply {
  return reply(statusCode, '', parts);
}

/** 303: the browser follows with GET. `location` is our own or has been checked. */
export function redirect(location: string, parts: ReplyParts = {}): Reply {
  return reply(303, '', { ...parts, headers: { location, ...parts.headers } });
}

/** Seconds to wait when an error is retryable and nobody said how long. */
const usualWait = 5;

/** The error as RFC 9457 problem details. Causes stay inside; anything unknown is `InternalError`. */
export function problem(error: unknown, requestId: string): Reply {
  const known = error instanceof ForgebridgeError ? error : new ForgebridgeError('InternalError');
  const { code, status, details } = known;
  const retryAfter = details.retryAfter ?? (known.retryable ? usualWait : undefined);
  const body = {
    type: `urn:forgebridge:problem:${code}`,
    title: known.message,
    status,
    code,
    requestId,
    ...details,
    ...(code === 'ReconnectRequired'
      ? { reconnectUrl: details.reconnectUrl ?? reconnectUrl() }
      : {}),
    ...defined({ retryAfter }),
  };
  return json<Problem>(status, body, {
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
      ...(code === 'CallerUnauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
    },
  });
}

/** Where a user connects again when it is not known at which provider. */
function reconnectUrl(): string {
  return `${config().publicUrl}/`;
}
