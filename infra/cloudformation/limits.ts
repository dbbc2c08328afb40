import * as z from 'zod/mini';
import { type Framework, logicalId, type TemplatePart } from './framework.ts';

/**
 * Requests per second that the HTTP API lets through on each route, over all callers: a bound on
 * what a flood can cost and on what reaches the hosts. The first class that fits counts.
 */
const classes: readonly (Limits & { readonly routes: RegExp })[] = [
  // A person clicks here. Each of these writes a record, and some call a host.
  { routes: /^\S+ \/(sessions|connect|callback|install)(\/|$)/, rate: 20, burst: 40 },
  { routes: /^\S+ \/subjects\//, rate: 5, burst: 10 },
  { routes: /^POST \/(repositories|new)$/, rate: 10, burst: 20 },
  // The product's backend asks for a token before each of its own calls.
  { routes: /^POST \/\S+\/token$/, rate: 500, burst: 1000 },
];
const others: Limits = { rate: 100, burst: 200 };

interface Limits {
  readonly rate: number;
  readonly burst: number;
}

const httpApi = z.object({ method: z.string(), path: z.string() });
const functionsSchema = z.record(
  z.string(),
  z.object({ events: z.optional(z.array(z.object({ httpApi: z.optional(httpApi) }))) }),
);

/**
 * Throttles of the HTTP API, and reserved concurrency where the deployer asks for it:
 * `RESERVED_CONCURRENCY=refreshToken=50,getToken=10`. It is off by default: what is reserved is
 * taken from the account's own limit, and small accounts have 10 in all.
 */
export async function limitResources(framework: Framework): Promise<TemplatePart> {
  const functions = functionsSchema.parse(
    await framework.resolveConfigurationProperty(['functions']),
  );
  const routes = Object.values(functions).flatMap(({ events = [] }) =>
    events.flatMap((event) =>
      event.httpApi === undefined ? [] : `${event.httpApi.method} ${event.httpApi.path}`,
    ),
  );
  const limited = routes.flatMap((route) => {
    const limits = classes.find((candidate) => candidate.routes.test(route));
    return limits === undefined ? [] : [[route, settings(limits)] as const];
  });
  return {
    extensions: {
      HttpApiStage: {
        Properties: {
          DefaultRouteSettings: settings(others),
          RouteSettings: Object.fromEntries(limited),
        },
        // A stage that names a route which is not there yet is refused.
        DependsOn: limited.map(([route]) => routeLogicalId(route)),
      },
      ...reservedConcurrency(process.env.RESERVED_CONCURRENCY ?? ''),
    },
  };
}

function settings({ rate, burst }: Limits) {
  return { DetailedMetricsEnabled: true, ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst };
}

/** As the Serverless Framework names a route's resource. */
function routeLogicalId(route: string): string {
  const parts = route.split('/').map((part) => {
    const name = part
      .toLowerCase()
      .replace(/-/g, 'Dash')
      .replace(/\{(.*)\}/g, '$1Var')
      .replace(/[^0-9A-Za-z]/g, '');
    return name.charAt(0).toUpperCase() + name.slice(1);
  });
  return `HttpApiRoute${parts.join('')}`;
}

function reservedConcurrency(setting: string) {
  const entries = setting.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const [, name, number] = /^\s*([A-Za-z]+)\s*=\s*(\d+)\s*$/.exec(entry) ?? [];
      if (name === undefined) {
        throw new Error(`RESERVED_CONCURRENCY: "${entry}" is not a function name, "=", a number`);
      }
      const id = logicalId(name, 'LambdaFunction');
      return [id, { Properties: { ReservedConcurrentExecutions: Number(number) } }] as const;
    }),
  );
}
