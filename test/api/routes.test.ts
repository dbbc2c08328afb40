import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { root } from '../../infra/local/template.ts';
import { operation } from '../../lib/api/schemas/operation.ts';
import { scopeNames, scopes } from '../../lib/api/scopes.ts';
import { routes } from '../../lib/api/table.ts';
import { errorTable } from '../../lib/errors.ts';
import { stepNames } from '../../lib/operations/record.ts';
import { strategies } from '../../lib/providers/creation.ts';
import { readDeployment } from '../harness/routes.ts';

const byScope = routes.flatMap(({ operationId, request }) =>
  request.scope === undefined ? [] : [{ operationId, ...request, scope: request.scope }],
);

describe('the table of routes', () => {
  test('given serverless.yml, when compared, then it deploys the same functions at the same routes', () => {
    const deployed = readDeployment().routes.map(
      ({ method, path, target }) => `${method} ${path} → ${target.key}`,
    );
    const described = routes.map(
      ({ request, function: name }) => `${request.method} ${request.path} → ${name}`,
    );
    expect(described.sort()).toEqual(deployed.sort());
  });

  test('given the files of routes and requests, when compared, then the table has each', () => {
    const filesOf = (folder: string) =>
      readdirSync(join(root, 'lib/api', folder)).map((file) => basename(file, '.ts'));
    expect(filesOf('routes')).toHaveLength(routes.length);
    const functions = new Set(routes.map((route) => route.function));
    const named = [...filesOf('routes'), ...filesOf('requests')].filter(
      (name) => ![...functions].some((key) => name === key || name.startsWith(key)),
    );
    expect(named).toEqual([]);
  });

  test('given two operations, when compared, then neither name nor route is the same', () => {
    const ids = routes.map(({ operationId }) => operationId);
    const places = routes.map(({ request }) => `${request.method} ${request.path}`);
    expect(new Set(ids).size).toBe(routes.length);
    expect(new Set(places).size).toBe(routes.length);
  });

  test('given a path, when its parameters are compared with the schema, then they are the same', () => {
    const wrong = routes.filter(({ request: { path, parameters } }) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = Object.keys(parameters?.def.shape ?? {});
      return names.sort().join() !== described.sort().join();
    });
    expect(wrong.map(({ operationId }) => operationId)).toEqual([]);
  });

  test('given the queries and bodies that functions read, when compared, then unknown members are refused at every depth', () => {
    const open = byScope.flatMap(({ operationId, query, body }) =>
      [query, body].flatMap((part) => (part === undefined ? [] : openObjects(part, operationId))),
    );
    expect(open).toEqual([]);
  });
});

describe('scopes', () => {
  test('given the scopes of API keys, when compared, then the routes need these and no others', () => {
    const needed = new Set(byScope.map(({ scope }) => scope));
    expect([...needed].sort()).toEqual([...scopeNames].sort());
  });

  test('given a route that changes something, when called, then its scope is one for changes', () => {
    const weak = byScope.filter(
      ({ method, scope, operationId }) =>
        method !== 'GET' && operationId !== 'createToken' && scope.endsWith(':read'),
    );
    expect(weak.map(({ operationId }) => operationId)).toEqual([]);
  });

  test('given a route that hands out tokens, when called, then no session may', () => {
    const handing = byScope.filter(({ path }) => path.endsWith('/token'));
    expect(handing).toHaveLength(2);
    for (const { scope } of handing) expect(scopes[scope]).not.toContain('session');
  });

  test('given the installation routes, when called, then only API keys may', () => {
    const kinds = byScope
      .filter(({ path }) => path.startsWith('/installations/'))
      .map(({ scope }) => scopes[scope]);
    expect(kinds).toEqual([['key'], ['key'], ['key']]);
  });
});

describe('problem codes', () => {
  test('given a code of the table, when searched, then a route or an operation can carry it', () => {
    const ofRoutes = routes.flatMap(({ codes }) => codes);
    // What only a workflow can end with: it stands in the operation.
    const ofOperations = ['Cancelled', 'ImportFailed', 'ImportTimedOut'];
    const carried = new Set<string>([...ofRoutes, ...ofOperations]);
    expect([...carried].sort()).toEqual(Object.keys(errorTable).sort());
  });

  test('given a route, when its codes are listed, then none is there twice', () => {
    const twice = routes.filter(({ codes }) => new Set(codes).size !== codes.length);
    expect(twice.map(({ operationId }) => operationId)).toEqual([]);
  });
});

describe('the words of an operation', () => {
  test('given the code that writes them, when compared, then the description names each', () => {
    const { def } = operation;
    const { steps, strategy } = def.shape;
    const wordsOf = (schema: z.core.$ZodType) =>
      [...(z.globalRegistry.get(schema)?.description ?? '').matchAll(/`(\w+)`/g)].map(
        ([, word]) => word,
      );
    expect(wordsOf(steps.def.element.def.shape.name)).toEqual(stepNames);
    expect(wordsOf(strategy)).toEqual(strategies);
  });
});

/** Paths of the objects below a schema that take members they do not name. */
function openObjects(schema: z.core.$ZodType, at: string): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod; // every schema is of one of zod's own types
  if ('innerType' in def) return openObjects(def.innerType, at);
  if (def.type === 'array') return openObjects(def.element, `${at}[]`);
  if (def.type === 'union') return def.options.flatMap((option) => openObjects(option, at));
  if (def.type !== 'object') return [];
  const inner = Object.entries(def.shape).flatMap(([name, part]) =>
    openObjects(part, `${at}.${name}`),
  );
  return def.catchall === undefined ? [at, ...inner] : inner;
}
