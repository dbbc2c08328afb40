import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { operator } from '../../infra/local/credentials.ts';
import { keyTableName, region, root } from '../../infra/local/template.ts';
import { type Scope, scopeNames } from '../../lib/api/scopes.ts';
import { createApiKey } from '../../lib/callers/api-keys.ts';
import { dynamoTable } from '../../lib/storage/table.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { type Person, signedIn } from '../http/person.ts';

/** What the description promises, as it is committed: lib/api alone could be weakened unseen. */
const described = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const operation = z.object({ security: z.array(z.record(z.string(), z.array(z.string()))) });
const { paths } = described.parse(parse(readFileSync(resolve(root, 'openapi.yaml'), 'utf8')));
const promised = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, value]) => {
    const { security } = operation.parse(value);
    const scope = security.find((scheme) => 'apiKey' in scheme)?.apiKey?.[0];
    if (scope === undefined) return [];
    const kinds = security.flatMap(Object.keys);
    return [{ route: `${method.toUpperCase()} ${path}`, scope, kinds }];
  }),
);

describe('scopes, from outside', () => {
  let gateway: TestGateway;
  let person: Person;
  const keys = new Map<Scope, string>();
  beforeAll(async () => {
    gateway = await startTestGateway();
    person = await signedIn(gateway, 'scoped');
    const client = new DynamoDBClient({
      region,
      endpoint: gateway.databaseUrl,
      credentials: operator,
    });
    const table = dynamoTable(DynamoDBDocumentClient.from(client), keyTableName);
    for (const scope of scopeNames) {
      const key = { name: scope, scopes: [scope], now: Date.now() };
      keys.set(scope, (await createApiKey(table, key)).secret);
    }
    client.destroy();
  });
  afterAll(() => gateway.stop());

  test('given the description, when its routes are counted, then the scopes of all are tried here', () => {
    expect(promised.length).toBeGreaterThan(15);
    expect(new Set(promised.map(({ scope }) => scope))).toEqual(new Set(scopeNames));
  });

  const call = async (route: string, headers: Readonly<Record<string, string>>) => {
    const [method = '', path = ''] = route.split(' ');
    const answer = await fetch(gateway.url + path.replaceAll(/\{\w+\}/g, 'nothing'), {
      method,
      headers: { 'forgebridge-subject': 'scoped', origin: gateway.url, ...headers },
    });
    const text = (await answer.text()) || '{}';
    const body = z.looseObject({ code: z.optional(z.string()) }).parse(JSON.parse(text));
    return body.code ?? 'let in';
  };

  test.each(promised.flatMap((each) => scopeNames.map((scope) => ({ ...each, given: scope }))))(
    'given a key with $given alone, when it calls $route, then only $scope is let in',
    async ({ route, scope, given }) => {
      const code = await call(route, { authorization: `Bearer ${keys.get(given)}` });
      if (given === scope) expect(code).not.toBe('Forbidden');
      else expect(code).toBe('Forbidden');
    },
  );

  test.each(promised)(
    'given a session, when it calls $route, then it is let in only where the description says so',
    async ({ route, kinds }) => {
      const code = await call(route, { cookie: await person.cookie() });
      if (kinds.includes('session')) expect(code).not.toMatch(/Forbidden|CallerUnauthenticated/);
      else expect(code).toMatch(/Forbidden|CallerUnauthenticated/);
    },
  );

  test.each(promised)(
    'given nobody, when $route is called, then it is a 401',
    async ({ route }) => {
      expect(await call(route, {})).toBe('CallerUnauthenticated');
    },
  );
});
