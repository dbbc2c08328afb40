import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { scopeNames } from '../../lib/api/scopes.ts';
import { errorTable } from '../../lib/errors.ts';
import { createBody } from '../../lib/operations/request.ts';

const root = join(import.meta.dirname, '../..');
const description = join(root, 'openapi.yaml');

const methods = ['get', 'put', 'post', 'patch', 'delete'];
const operationSchema = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  requestBody: z.optional(z.unknown()),
  responses: z.record(z.string(), z.unknown()),
});
const openapiSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    schemas: z.looseObject({
      ErrorCode: z.object({ enum: z.array(z.string()) }),
      OperationErrorCode: z.object({ enum: z.array(z.string()) }),
    }),
  }),
});
const responseSchema = z.object({
  headers: z._default(z.record(z.string(), z.unknown()), {}),
  content: z._default(z.record(z.string(), z.unknown()), {}),
  // What a page can be about, where a browser gets a page in place of problem details.
  'x-codes': z._default(z.array(z.enum(codesOf(errorTable))), []),
});
const problemContentSchema = z.object({
  schema: z.object({
    allOf: z.tuple([
      z.object({ $ref: z.literal('#/components/schemas/Problem') }),
      z.object({
        properties: z.object({
          status: z.object({ const: z.number() }),
          code: z.object({ enum: z.array(z.enum(codesOf(errorTable))) }),
        }),
      }),
    ]),
  }),
  examples: z._default(z.record(z.string(), z.object({ value: z.looseObject({}) })), {}),
});
/** Missing `httpApi`: the function is called by a schedule. */
const eventSchema = z.object({
  httpApi: z.optional(z.object({ method: z.string(), path: z.string() })),
});
const serverlessSchema = z.object({
  functions: z.record(z.string(), z.object({ events: z._default(z.array(eventSchema), []) })),
});

function codesOf<T extends object>(table: T): readonly (keyof T)[] {
  return Object.keys(table) as (keyof T)[]; // a literal has no keys beside its own
}

function readYaml(name: string): unknown {
  // CloudFormation's tags (!Sub and the like) mean nothing here; do not warn about them.
  return parse(readFileSync(join(root, name), 'utf8'), { logLevel: 'error' });
}

const whole = readYaml('openapi.yaml');
const document = openapiSchema.parse(whole);

/** The node itself, or what its local `$ref` names. */
function resolve(node: unknown): unknown {
  const reference = z.object({ $ref: z.string() }).safeParse(node);
  if (!reference.success) return node;
  const path = reference.data.$ref.slice('#/'.length).split('/');
  return path.reduce(
    (inside, name) => z.record(z.string(), z.unknown()).parse(inside)[name],
    whole,
  );
}

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => methods.includes(method))
    .map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      ...operationSchema.parse(operation),
    })),
);

/** Every problem reply of every operation. */
const problems = operations.flatMap(({ operationId, responses }) =>
  Object.entries(responses).flatMap(([status, response]) => {
    const { headers, content } = responseSchema.parse(resolve(response));
    const problem = content['application/problem+json'];
    if (problem === undefined) return [];
    const { schema, examples } = problemContentSchema.parse(problem);
    const { properties } = schema.allOf[1];
    return [
      {
        name: `${operationId} ${status}`,
        status: Number(status),
        described: properties.status.const,
        codes: properties.code.enum,
        headers: Object.keys(headers),
        examples: Object.values(examples).map(({ value }) => value),
      },
    ];
  }),
);

/** Every page that an operation shows for a failure. */
const failurePages = operations.flatMap(({ operationId, responses }) =>
  Object.entries(responses)
    .filter(([status]) => /^[45]XX$/.test(status))
    .map(([status, response]) => ({
      name: `${operationId} ${status}`,
      status,
      codes: responseSchema.parse(response)['x-codes'],
    })),
);

/** Runs the linter as `npx redocly lint` does, offline. */
function lint(file: string): readonly string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/@redocly/cli/bin/cli.js'),
      'lint',
      file,
      '--config',
      join(root, 'redocly.yaml'),
      '--format',
      'json',
    ],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  const report = z.object({
    problems: z.array(z.object({ ruleId: z.string(), message: z.string() })),
  });
  return report
    .parse(JSON.parse(stdout))
    .problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

/** Lints the description after `change`, in a folder of its own. */
function lintChanged(change: (text: string) => string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  try {
    const file = join(folder, 'openapi.yaml');
    writeFileSync(file, change(readFileSync(description, 'utf8')));
    return lint(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the linter', () => {
  test('given openapi.yaml, when it is linted, then nothing is found', () => {
    expect(lint(description)).toEqual([]);
  });

  test('given an example that breaks its schema, when it is linted, then that is found', () => {
    const found = lintChanged((text) => text.replace('progress: 100', 'progress: 101'));

    expect(found.join('\n')).toContain('no-invalid-media-type-examples');
  });

  test('given an example with a member its schema lacks, when it is linted, then that is found', () => {
    const found = lintChanged((text) =>
      text.replace('progress: 100', 'progress: 100\n        x: 1'),
    );

    expect(found.join('\n')).toContain('no-invalid-media-type-examples');
  });
});

describe('the routes', () => {
  const { functions } = serverlessSchema.parse(readYaml('serverless.yml'));
  const deployed = Object.entries(functions).flatMap(([name, { events }]) =>
    events
      .flatMap(({ httpApi }) => httpApi ?? [])
      .map(({ method, path }, _, routes) => ({
        name,
        route: `${method} ${path}`,
        shared: routes.length > 1,
      })),
  );

  test('given the functions in serverless.yml, when compared, then the same routes are described', () => {
    expect(operations.map(({ route }) => route).sort()).toEqual(
      deployed.map(({ route }) => route).sort(),
    );
  });

  test('given a route, when described, then its operation is named as its function', () => {
    const misnamed = deployed.filter(({ name, route, shared }) => {
      const id = operations.find((operation) => operation.route === route)?.operationId ?? name;
      // A function with several routes gives its name to the first and begins the others with it.
      return shared ? !new RegExp(`^${name}([A-Z]|$)`).test(id) : id !== name;
    });

    expect(misnamed).toEqual([]);
  });

  test('given the scopes of API keys, when compared, then the operations need these and no others', () => {
    const needed = operations.flatMap(({ security }) =>
      security.flatMap(({ apiKey = [] }) => apiKey),
    );

    expect([...new Set(needed)].sort()).toEqual([...scopeNames].sort());
  });

  test('given an operation that hands out tokens, when described, then no session may call it', () => {
    const open = operations.filter(
      ({ operationId, security }) =>
        /token/i.test(operationId) &&
        operationId !== 'getToken' &&
        security.some((scheme) => 'session' in scheme),
    );

    expect(open).toEqual([]);
  });

  test('given the installation routes, when described, then only API keys may call them', () => {
    const kinds = operations
      .filter(({ route }) => route.includes(' /installations/'))
      .map(({ security }) => security.flatMap(Object.keys));

    expect(kinds).toEqual([['apiKey'], ['apiKey'], ['apiKey']]);
  });
});

describe('request bodies', () => {
  /** Paths of the object schemas below `node` that take members they do not name. */
  function openObjects(node: unknown, at: string): readonly string[] {
    const schema = z.looseObject({}).safeParse(resolve(node));
    if (!schema.success) return [];
    const { type, properties, additionalProperties, items } = schema.data;
    const inner = Object.entries(
      z._default(z.record(z.string(), z.unknown()), {}).parse(properties),
    );
    return [
      ...(type === 'object' && additionalProperties === undefined ? [at] : []),
      ...inner.flatMap(([name, property]) => openObjects(property, `${at}.${name}`)),
      ...openObjects(items, `${at}[]`),
    ];
  }

  test('given a request body, when described, then unknown members are refused at every depth', () => {
    const bodySchema = z.object({
      content: z.record(z.string(), z.object({ schema: z.unknown() })),
    });
    const open = operations.flatMap(({ operationId, requestBody }) => {
      if (requestBody === undefined) return [];
      const { content } = bodySchema.parse(requestBody);
      return Object.values(content).flatMap(({ schema }) => openObjects(schema, operationId));
    });

    expect(open).toEqual([]);
  });
});

describe('the body of createRepository', () => {
  const limits = z.object({
    type: z.optional(z.string()),
    enum: z.optional(z.array(z.string())),
    default: z.optional(z.unknown()),
    minLength: z.optional(z.number()),
    maxLength: z.optional(z.number()),
    minimum: z.optional(z.number()),
    maximum: z.optional(z.number()),
    maxItems: z.optional(z.number()),
  });
  const bodySchema = z.object({
    required: z.array(z.string()),
    properties: z.record(z.string(), limits),
  });

  test('given the schema in the code, when compared, then members, limits and defaults agree', () => {
    const described = bodySchema.parse(document.components.schemas.CreateRequest);
    const coded = bodySchema.parse(z.toJSONSchema(createBody, { io: 'input' }));

    expect(described).toEqual(coded);
  });

  test('given its examples, when the code reads them, then it takes them', () => {
    const requestSchema = z.object({
      content: z.object({
        'application/json': z.object({
          examples: z.record(z.string(), z.object({ value: z.unknown() })),
        }),
      }),
    });
    const create = operations.find(({ operationId }) => operationId === 'createRepository');
    const { examples } = requestSchema.parse(create?.requestBody).content['application/json'];
    const names = Object.values(examples).map(({ value }) => createBody.parse(value).name);

    expect(names).toEqual(['my-service', 'notes']);
  });
});

describe('problem codes', () => {
  const { ErrorCode, OperationErrorCode } = document.components.schemas;

  test('given the code table, when compared, then the description lists the same codes', () => {
    expect(ErrorCode.enum).toEqual(Object.keys(errorTable));
  });

  test('given a problem reply, when its codes are looked up, then each has the status of the reply', () => {
    const wrong = problems.filter(
      ({ status, described, codes }) =>
        described !== status || codes.some((code) => errorTable[code].status !== status),
    );

    expect(wrong).toEqual([]);
  });

  test('given a page for a failure, when its codes are looked up, then each has such a status', () => {
    const wrong = failurePages.flatMap(({ name, status, codes }) =>
      codes
        .filter((code) => Math.floor(errorTable[code].status / 100) !== Number(status[0]))
        .map((code) => `${name}: ${code}`),
    );

    expect(failurePages.filter(({ codes }) => codes.length === 0)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  test('given a code of the table, when searched, then a reply or an operation can carry it', () => {
    const replied = [...problems, ...failurePages].flatMap(({ codes }) => codes);
    const carried = new Set([...replied, ...OperationErrorCode.enum]);

    expect([...carried].sort()).toEqual(Object.keys(errorTable).sort());
  });

  test('given a code that time can mend, when described, then the reply has Retry-After', () => {
    const without = problems.filter(
      ({ codes, headers }) =>
        codes.some((code) => errorTable[code].retryable) && !headers.includes('Retry-After'),
    );

    expect(without).toEqual([]);
  });

  test('given an example of a problem, when compared, then it says what the table says', () => {
    const examples = problems.flatMap(({ examples }) => examples);
    const expected = problems.flatMap(({ codes, examples }) =>
      examples.map((example) => {
        const code = codes.find((candidate) => candidate === example.code);
        const row = code === undefined ? undefined : errorTable[code];
        return {
          ...example,
          type: `urn:forgebridge:problem:${code}`,
          title: row?.message,
          status: row?.status,
          code,
        };
      }),
    );

    expect(examples.length).toBeGreaterThan(0);
    expect(examples).toEqual(expected);
  });

  test('given docs/errors.md, when its table is read, then it is the code table', () => {
    const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (yes|no) +\|[^|]+\|[^|]+\|$/gm)];
    const documented = rows.map(([, code, status, retry]) => [
      code,
      Number(status),
      retry === 'yes',
    ]);

    expect(documented).toEqual(
      Object.entries(errorTable).map(([code, row]) => [code, row.status, row.retryable]),
    );
  });
});
