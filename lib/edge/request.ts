import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { Inputs, RouteRequest } from '../api/route.ts';
import { ForgebridgeError } from '../errors.ts';

/** Bytes of a JSON body that are read at most. */
const maxBody = 512 * 1024;

/** An HTTP request, taken from the event without trusting it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly route: string;
  /** Address that the request came from, as API Gateway saw it. */
  readonly address: string;
  readonly parameters: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly cookies: readonly string[];
  header(name: string): string | undefined;
  /** The raw body, decoded; raises `PayloadTooLarge`. */
  text(): string;
}

export function readRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const headers = new Map(
    Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    route: event.routeKey,
    address: event.requestContext.http.sourceIp,
    // Decoded by API Gateway, once; decoding them again would make another name of `%2541`.
    parameters: event.pathParameters ?? {},
    // Read from the raw string: API Gateway joins repeated parameters with commas.
    query: new URLSearchParams(event.rawQueryString),
    // `cookies` on AWS; emulators may leave them in the header.
    cookies: event.cookies ?? headers.get('cookie')?.split(/;\s*/) ?? [],
    header: (name) => headers.get(name),
    text: () => bodyText(event),
  };
}

/** Where the request leads, as a path of our own: to come back to it after a detour. */
export function pathAndQuery({ path, query }: HttpRequest): string {
  return query.size === 0 ? path : `${path}?${query}`;
}

function bodyText(event: APIGatewayProxyEventV2): string {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > maxBody) throw new ForgebridgeError('PayloadTooLarge');
  return bytes.toString('utf8');
}

/**
 * What the route takes of the request.
 *
 * @throws ForgebridgeError `NotFound` for a path that names nothing, and all that {@link queryOf} and
 * {@link jsonBody} raise.
 */
export function inputsOf<Route extends RouteRequest>(
  { parameters, query, headers, body }: Route,
  request: HttpRequest,
): Inputs<Route> {
  const parts = {
    ...(parameters && { parameters: pathParameters(request, parameters) }),
    ...(query && { query: queryOf(request, query) }),
    ...(headers && { headers: headersOf(request, headers) }),
    ...(body && { body: jsonBody(request, body) }),
  };
  return parts as Inputs<Route>; // each part that the route has, and no other
}

function pathParameters<T extends z.ZodMiniObject>(request: HttpRequest, schema: T): z.output<T> {
  const parsed = schema.safeParse(request.parameters);
  if (!parsed.success) throw new ForgebridgeError('NotFound');
  return parsed.data;
}

function headersOf<T extends z.ZodMiniObject>(request: HttpRequest, schema: T): z.output<T> {
  const given = Object.keys(schema.def.shape).flatMap((name) => {
    const value = request.header(name.toLowerCase());
    return value === undefined ? [] : [[name, value]];
  });
  return checked(schema, Object.fromEntries(given));
}

/** The body's media type, without parameters. */
function mediaType(request: HttpRequest): string {
  return (request.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * The JSON body as the schema says; an absent body counts as `{}`.
 *
 * @throws ForgebridgeError `PayloadTooLarge`, `UnsupportedMediaType`, `InvalidInput` with the fields.
 */
function jsonBody<T extends z.ZodMiniType>(request: HttpRequest, schema: T): z.output<T> {
  const text = request.text();
  if (text === '') return checked(schema, {});
  if (!/^application\/(?:[\w.+-]+\+)?json$/.test(mediaType(request))) {
    throw new ForgebridgeError('UnsupportedMediaType');
  }
  return checked(schema, parseJson(text));
}

/** Bytes of a form that are read at most. */
const maxForm = 64 * 1024;

/** The fields of an HTML form, each given once. */
export function formBody<T extends z.ZodMiniType>(request: HttpRequest, schema: T): z.output<T> {
  if (mediaType(request) !== 'application/x-www-form-urlencoded') {
    throw new ForgebridgeError('UnsupportedMediaType', {
      remedy: 'Send the form as it is served.',
    });
  }
  const text = request.text();
  if (text.length > maxForm) throw new ForgebridgeError('PayloadTooLarge');
  return checked(schema, single(new URLSearchParams(text)));
}

/** The query's parameters, each given once. */
export function queryOf<T extends z.ZodMiniType>(request: HttpRequest, schema: T): z.output<T> {
  return checked(schema, single(request.query));
}

function single(parameters: URLSearchParams): Record<string, string> {
  const names = [...parameters.keys()].sort();
  const repeated = names.find((name, index) => name === names[index + 1]);
  if (repeated !== undefined) throw invalid(repeated, 'must be given once');
  return Object.fromEntries(parameters);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
        throw invalid(key, 'is not a name that can be used');
      }
      return value;
    });
  } catch (error) {
    if (error instanceof ForgebridgeError) throw error;
    throw invalid('body', 'is not JSON');
  }
}

/** @throws ForgebridgeError `InvalidInput` naming each field of `whole` that the schema refuses. */
export function checked<T extends z.ZodMiniType>(
  schema: T,
  value: unknown,
  whole = 'body',
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.flatMap(nearest).map((issue) => ({
    field: fieldName(issue, whole),
    problem: issue.code === 'unrecognized_keys' ? 'is not known' : problemOf(issue),
  }));
  throw new ForgebridgeError('InvalidInput', { fields: fields.slice(0, 20) });
}

/** Of what is none of several forms: what is wrong with the one that it comes closest to, if one is. */
function nearest(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [first, second] = issue.errors.toSorted((a, b) => a.length - b.length);
  if (first === undefined || first.length === second?.length) return [issue];
  return first.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function fieldName(issue: z.core.$ZodIssue, whole: string): string {
  const path = issue.path.map(String);
  const inner = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return [...path, ...inner].join('.') || whole;
}

/** What zod/mini says of every issue that was given no words of its own. */
const untold = 'Invalid input';

/** The issue in words. zod/mini carries no texts of its own, and ours never repeat the value. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.message !== untold) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${issue.expected}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_key':
      return issue.issues.map(problemOf)[0] ?? 'is not a name that can be used';
    default:
      return 'is not valid';
  }
}

function invalid(field: string, problem: string): ForgebridgeError {
  return new ForgebridgeError('InvalidInput', { fields: [{ field, problem }] });
}
