import {
  headers,
  type ReplyDescription,
  type RouteDescription,
} from '../../lib/api/description.ts';
import { problem } from '../../lib/api/schemas/problem.ts';
import { type ErrorCode, errorTable } from '../../lib/errors.ts';
import { codeWords, problemExample } from './problems.ts';
import type { Components, JsonSchema } from './schemas.ts';

/** What API Gateway says when it refuses a request itself. */
const refusal = {
  'application/json': {
    schema: {
      type: 'object',
      properties: { message: { type: 'string' } },
      required: ['message'],
    },
    examples: { throttled: { value: { message: 'Too Many Requests' } } },
  },
};
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
    content: refusal,
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
      'application/problem+json': {
        schema: components.schema(problem, 'output'),
        ...(examples.length > 0 && { examples: examplesOf(Object.fromEntries(examples)) }),
      },
      ...(codes.includes('RateLimited') && refusal),
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
