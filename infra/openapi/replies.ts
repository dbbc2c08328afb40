import {
  headers,
  type ReplyDescription,
  type RouteDescription,
} from '../../lib/api/description.ts';
import { problem, refusal, throttleMessage } from '../../lib/api/schemas/problem.ts';
import { type ErrorCode, errorTable } from '../../lib/errors.ts';
import { codeWords, problemExample } from './problems.ts';
import type { Components, JsonSchema } from './schemas.ts';

/** Statuses that API Gateway answers by itself as well: over its limit, and when a function gave no answer. */
const gatewayStatuses: readonly number[] = [429, 500, 503];

const script = { 'text/javascript': { schema: { type: 'string' } } };
const page = { 'text/html': { schema: { type: 'string' } } };

/** Everything that a route can answer, by its status. */
export function repliesOf(components: Components, route: RouteDescription): JsonSchema {
  const codes = Map.groupBy(route.codes, (code) => errorTable[code].status);
  const failures = [...codes].map(([status, some]) => [
    status,
    route.pages ? failurePage(components, some) : problemReply(components, some),
  ]);
  const successes = Object.entries(route.replies).map(([status, reply]) => [
    status,
    success(components, reply),
  ]);
  // Any route can be refused by API Gateway itself; integers keep their order in an object.
  return { 429: throttled(components), ...Object.fromEntries([...successes, ...failures]) };
}

function success(components: Components, reply: ReplyDescription): JsonSchema {
  const { description, headers: names = [], body, examples } = reply;
  return {
    description,
    ...(names.length > 0 && { headers: headersOf(names) }),
    ...(reply.page && { content: page }),
    ...(reply.script && { content: script }),
    ...(body && {
      content: {
        'application/json': {
          schema: components.schema(body, 'output'),
          ...(examples && { examples: examplesOf(examples) }),
        },
      },
    }),
  };
}

function failurePage(components: Components, codes: readonly ErrorCode[]): JsonSchema {
  return components.response(`PageOf${codes.join('Or')}`, {
    description: `A page that says what happened and what to do.\n${wordsOf(codes)}`,
    'x-codes': codes,
    content: page,
  });
}

function throttled(components: Components): JsonSchema {
  return components.response('Throttled', {
    description:
      "Over this deployment's own limit: refused by API Gateway, before any function ran.",
    content: {
      'application/json': {
        schema: components.schema(throttleMessage, 'output'),
        examples: examplesOf({ throttled: { message: 'Too Many Requests' } }),
      },
    },
  });
}

/** One reply for the same codes, whichever route it is of. */
function problemReply(components: Components, codes: readonly ErrorCode[]): JsonSchema {
  const examples = codes.flatMap((code) => {
    const example = problemExample(code);
    return example === undefined ? [] : [[code, example] as const];
  });
  const names = codes.includes('CallerUnauthenticated')
    ? (['WWW-Authenticate'] as const)
    : codes.some((code) => errorTable[code].retryable)
      ? (['Retry-After'] as const)
      : [];
  return components.response(codes.join('Or'), {
    description: wordsOf(codes),
    'x-codes': codes,
    ...(names.length > 0 && { headers: headersOf(names) }),
    content: {
      // First, since some readers look at the first alone.
      ...(codes.some((code) => gatewayStatuses.includes(errorTable[code].status)) && {
        'application/json': { schema: components.schema(refusal, 'output') },
      }),
      'application/problem+json': {
        schema: components.schema(problem, 'output'),
        ...(examples.length > 0 && { examples: examplesOf(Object.fromEntries(examples)) }),
      },
    },
  });
}

function wordsOf(codes: readonly ErrorCode[]): string {
  const [only, ...others] = codes;
  return only !== undefined && others.length === 0
    ? codeWords[only]
    : codes.map((code) => `\`${code}\`: ${codeWords[code]}`).join('\n');
}

function headersOf(names: readonly (keyof typeof headers)[]): JsonSchema {
  return Object.fromEntries(names.map((name) => [name.split(' ')[0], headers[name]]));
}

export function examplesOf(examples: Readonly<Record<string, unknown>>): JsonSchema {
  return Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));
}
