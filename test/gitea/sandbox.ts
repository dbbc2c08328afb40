import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Hono } from 'hono';
import { createFaults } from '../../infra/local/sandbox/faults.ts';
import { listen } from '../../infra/local/sandbox/listener.ts';
import type { SandboxOptions } from '../../infra/local/sandbox/options.ts';
import { type HostId, standIns } from '../../infra/local/sandbox/registry.ts';
import { createRequestLog, tokenCalls } from '../../infra/local/sandbox/requests.ts';
// The real module: vitest.config.ts puts this one in its place.
import type { Sandbox } from '../../infra/local/sandbox/sandbox.ts';
import { type Wire, wire } from '../../infra/local/sandbox/wire.ts';
import { builtGitea } from './build.ts';
import { startGitea } from './server.ts';
import { furnish } from './steward.ts';

export type { Sandbox };

const id: HostId = 'gitea';
const script = join(import.meta.dirname, 'stewarding.ts');

export interface RealOptions extends SandboxOptions {
  readonly invalidateRefreshTokens?: boolean;
}

/**
 * The sandbox with a real Gitea in it, and nothing else: what stands before it cuts connections and
 * writes requests down, as before the stand-ins. Time passes for codes that wait alone.
 */
export async function startSandbox(options: RealOptions = {}): Promise<Sandbox> {
  const log = createRequestLog();
  const faults = createFaults();
  const clock = options.now ?? Date.now;
  let advanced = 0;
  const now = () => clock() + advanced;
  let app = new Hono<Wire>();
  const listener = await listen(options.ports?.[id] ?? 0, (request, env) =>
    app.fetch(request, env),
  );
  const { origin } = listener;
  const { invalidateRefreshTokens = false } = options;
  const server = await startGitea(await builtGitea(() => {}), {
    rootUrl: origin,
    invalidateRefreshTokens,
  });
  const redirectUris = options.redirectUris?.[id] ?? ['http://localhost:3000/callback'];
  const client = await furnish(server, redirectUris).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });

  app = new Hono<Wire>();
  app.use(wire(id, standIns[id], log, faults, now));
  app.all('*', async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const headers = new Headers(c.req.raw.headers);
    const body = ['GET', 'HEAD'].includes(c.req.method) ? undefined : await c.req.arrayBuffer();
    const { method } = c.req;
    const answer = await fetch(server.url + pathname + search, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    const passed = new Headers(answer.headers);
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) {
      passed.delete(name);
    }
    const empty = answer.status === 204 || answer.status === 304;
    return new Response(empty ? null : await answer.arrayBuffer(), {
      status: answer.status,
      headers: passed,
    });
  });

  const have = (what: string, input: unknown = null) =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [script, server.url, server.folder, what, JSON.stringify(input)],
        { encoding: 'utf8', maxBuffer: 100_000_000 },
      ),
    );
  const only = {
    [id]: {
      ...standIns[id].settings({}),
      ...client,
      id,
      webUrl: origin,
      apiUrl: origin + standIns[id].apiPath,
    },
  } as Sandbox['providers']; // the suites that run here ask for no other

  return {
    providers: only,
    controlUrl: origin,
    requests: log.entries,
    undocumented: [],
    state: () => have('state'),
    tokenCalls: () => tokenCalls(log, id),
    fault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    seed: (_, seed) => void have('seed', seed),
    rename: (_, fullName, name) => void have('rename', { fullName, name }),
    quirk: () => unlike('oddities that are switched on'),
    setupAt: () => unlike('apps that are installed'),
    setInstalled: () => unlike('apps that are installed'),
    expire: () => unlike('tokens that end when told'),
    revoke: () => void have('revoke'),
    advance(ms) {
      advanced += ms;
      if (ms >= 600_000) have('advance', ms);
    },
    reset() {
      advanced = 0;
      faults.clear();
      log.clear();
      have('reset');
    },
    async close() {
      await listener.close();
      await server.stop();
    },
  };
}

function unlike(what: string): never {
  throw new Error(`a real Gitea has no ${what}`);
}
