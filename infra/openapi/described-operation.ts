import type * as z from 'zod/mini';
import { parameterWords, type RouteDescription } from '../../lib/api/description.ts';
import { type CallerKind, scopes } from '../../lib/api/scopes.ts';
import { examplesOf, repliesOf } from './replies.ts';
import type { Components, JsonSchema } from './schemas.ts';

/** One operation of the description. */
export function operationOf(components: Components, route: RouteDescription): JsonSchema {
  const { operationId, tag, summary, description, request } = route;
  const parameters = parametersOf(components, route);
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(request.body && { requestBody: bodyOf(components, route, request.body) }),
    responses: repliesOf(components, route),
  };
}

/** Kinds of callers, as they are named in the description. */
const schemes: Readonly<Record<CallerKind, string>> = {
  key: 'apiKey',
  jwt: 'identityToken',
  session: 'session',
};

/** Cookies that a browser brings where no scope is asked for. */
const cookies = {
  session: [{ session: [] }],
  'session or none': [{ session: [] }, {}],
  'pre-session': [{ preSession: [] }],
  none: [],
} as const;

function securityOf({ request, cookie = 'none' }: RouteDescription): readonly JsonSchema[] {
  const { scope } = request;
  if (scope === undefined) return cookies[cookie];
  return scopes[scope].map((kind) => ({ [schemes[kind]]: kind === 'key' ? [scope] : [] }));
}

function parametersOf(components: Components, route: RouteDescription): readonly JsonSchema[] {
  const { parameters, query, headers, scope } = route.request;
  const security = securityOf(route);
  const forSubject = scope !== undefined && security.length > 1;
  return [
    ...described(components, route, 'path', parameters),
    ...(forSubject ? [{ $ref: '#/components/parameters/Subject' }] : []),
    ...described(components, route, 'query', query),
    ...described(components, route, 'header', headers),
  ];
}

function described(
  components: Components,
  route: RouteDescription,
  place: 'path' | 'query' | 'header',
  schema: z.ZodMiniObject | undefined,
): readonly JsonSchema[] {
  if (schema === undefined) return [];
  const { properties, required } = components.members(schema);
  return Object.entries(properties).map(([name, value]) => {
    const description = route.parameters?.[name] ?? parameterWords[name];
    if (description === undefined) {
      throw new Error(`${route.operationId} says nothing of its parameter ${name}`);
    }
    return {
      name,
      in: place,
      ...(required.includes(name) && { required: true }),
      description,
      schema: value,
    };
  });
}

function bodyOf(
  components: Components,
  { body, operationId }: RouteDescription,
  schema: z.ZodMiniObject,
): JsonSchema {
  if (body === undefined) throw new Error(`${operationId} says nothing of its body`);
  const { form, examples, ...telling } = body;
  return {
    ...(!schema.safeParse({}).success && { required: true }),
    content: {
      [form ? 'application/x-www-form-urlencoded' : 'application/json']: {
        schema: components.schema(schema, 'input', telling),
        ...(examples && { examples: examplesOf(examples) }),
      },
    },
  };
}
