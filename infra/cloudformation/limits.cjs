/**
 * Requests per second that the HTTP API lets through on each route, over all callers: a bound on
 * what a flood can cost and on what reaches the hosts. The first class that fits counts.
 */
const classes = [
  // A person clicks here. Each of these writes a record, and some call a host.
  { routes: /^\S+ \/(sessions|connect|callback|install)(\/|$)/, rate: 20, burst: 40 },
  { routes: /^DELETE \/subjects\//, rate: 5, burst: 10 },
  { routes: /^POST \/(repositories|new)$/, rate: 10, burst: 20 },
  // The product's backend asks for a token before each of its own calls.
  { routes: /^POST \/\S+\/token$/, rate: 500, burst: 1000 },
];
const others = { rate: 100, burst: 200 };

/**
 * Throttles of the HTTP API, and reserved concurrency where the deployer asks for it:
 * `RESERVED_CONCURRENCY=refreshToken=50,getToken=10`. It is off by default: what is reserved is
 * taken from the account's own limit, and small accounts have 10 in all.
 */
module.exports = async ({ resolveConfigurationProperty }) => {
  const functions = await resolveConfigurationProperty(['functions']);
  const routes = Object.values(functions).flatMap(({ events = [] }) =>
    events.flatMap(({ httpApi }) => (httpApi ? `${httpApi.method} ${httpApi.path}` : [])),
  );
  const limited = routes.flatMap((route) => {
    const limits = classes.find((candidate) => candidate.routes.test(route));
    return limits ? [[route, settings(limits)]] : [];
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
};

function settings({ rate, burst }) {
  return { DetailedMetricsEnabled: true, ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst };
}

/** As the Serverless Framework names a route's resource. */
function routeLogicalId(route) {
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

function reservedConcurrency(setting) {
  const entries = setting.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const [, name, number] = /^\s*([A-Za-z]+)\s*=\s*(\d+)\s*$/.exec(entry) ?? [];
      if (name === undefined) {
        throw new Error(`RESERVED_CONCURRENCY: "${entry}" is not a function name, "=", a number`);
      }
      const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;
      return [id, { Properties: { ReservedConcurrentExecutions: Number(number) } }];
    }),
  );
}
