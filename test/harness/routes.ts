import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { root } from '../../infra/local/template.ts';

const schema = z.object({
  provider: z.looseObject({ timeout: z.number() }),
  functions: z.record(
    z.string(),
    z.looseObject({
      handler: z.string(),
      timeout: z.optional(z.number()),
      events: z._default(
        z.array(
          z.looseObject({
            httpApi: z.optional(z.object({ method: z.string(), path: z.string() })),
          }),
        ),
        [],
      ),
    }),
  ),
});

export interface DeployedFunction {
  readonly key: string;
  /** Module and export, as in serverless.yml: `functions/page.handler`. */
  readonly handler: string;
  /** Seconds. */
  readonly timeout: number;
}

export interface Route {
  readonly method: string;
  /** With `{name}` for each path parameter. */
  readonly path: string;
  readonly target: DeployedFunction;
}

/** What serverless.yml deploys. Intrinsic functions such as `!Sub` stay as they are written. */
export function readDeployment(): {
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly routes: readonly Route[];
} {
  const source = readFileSync(resolve(root, 'serverless.yml'), 'utf8');
  const { provider, functions } = schema.parse(parse(source, { logLevel: 'silent' }));
  const targets = new Map<string, DeployedFunction>();
  const routes: Route[] = [];
  for (const [key, { handler, timeout = provider.timeout, events }] of Object.entries(functions)) {
    const target = { key, handler, timeout };
    targets.set(key, target);
    for (const { httpApi } of events)
      if (httpApi !== undefined) routes.push({ ...httpApi, target });
  }
  return { functions: targets, routes };
}

export interface Match {
  readonly route: Route;
  /** As they stand in the URL, undecoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The route an HTTP API would choose: a written-out segment wins over a parameter. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): Match | undefined {
  const matches = routes.flatMap((route) => {
    const parameters = route.method === method ? matchPath(route.path, path) : undefined;
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  return matches.sort(
    (a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length,
  )[0];
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name === undefined ? segment !== value : value === '') return undefined;
    if (name !== undefined) parameters[name] = value;
  }
  return parameters;
}
