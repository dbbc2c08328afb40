import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Match } from './routes.ts';

/**
 * The event that an HTTP API makes of a request: payload format 2.0. Source: AWS, "Create AWS Lambda
 * proxy integrations for HTTP APIs in API Gateway".
 */
export function eventOf(
  request: IncomingMessage,
  body: Buffer,
  { route, parameters }: Match,
): APIGatewayProxyEventV2 {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const rawQueryString = mark < 0 ? '' : url.slice(mark + 1);
  const routeKey = `${route.method} ${route.path}`;
  const { cookie, ...headers } = joinedHeaders(request.rawHeaders);
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/).filter(Boolean) }),
    headers: {
      ...headers,
      'content-length': String(body.byteLength),
      'x-amzn-trace-id': `Root=1-${randomUUID()}`,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(rawQueryString === '' ? {} : { queryStringParameters: joinedQuery(rawQueryString) }),
    ...(Object.keys(parameters).length === 0 ? {} : { pathParameters: decoded(parameters) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: headers.host ?? '',
      domainPrefix: 'test',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...bodyOf(body, headers['content-type']),
  };
}

/** Names in lower case; a header that comes several times is joined with commas. */
function joinedHeaders(raw: readonly string[]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    const separator = name === 'cookie' ? '; ' : ',';
    const before = joined[name];
    joined[name] = before === undefined ? value : before + separator + value;
  }
  return joined;
}

function joinedQuery(raw: string): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(raw)) {
    const before = joined[name];
    joined[name] = before === undefined ? value : `${before},${value}`;
  }
  return joined;
}

function decoded(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, decodeOrKeep(value)]),
  );
}

function decodeOrKeep(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Only a few media types reach a function as text; everything else, forms included, is base64. */
function bodyOf(body: Buffer, contentType = '') {
  if (body.byteLength === 0) return { isBase64Encoded: false };
  const isText = /^(?:text\/|application\/(?:json|javascript|xml))/i.test(contentType);
  return {
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}
