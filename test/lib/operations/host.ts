import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono, type HonoRequest } from 'hono';
import type { Readiness, Visibility } from '../../../lib/providers/provider.ts';

/** A repository at the host. */
export interface HostedRepository {
  readonly id: string;
  owner: string;
  name: string;
  description: string;
  visibility: Visibility;
  parent?: string;
  createdAt: number;
  readiness: Readiness;
  settings: Record<string, unknown>;
  /** One entry for each commit that seeded files: path to base64. */
  commits: Record<string, string>[];
}

/** The host's routes, as its client names them. */
export type Route = 'find' | 'create' | 'readiness' | 'configure' | 'commit' | 'delete';

/**
 * What goes wrong with a request: nothing happens, it happens and the answer is lost, or is a page that
 * somebody on the way wrote instead. `retryAfter` in seconds.
 */
export type Fault =
  | 'lose-request'
  | 'lose-answer'
  | 'garble-answer'
  | { readonly status: number; readonly retryAfter?: number; readonly acts?: true };

/** A small Git host on localhost, for what the real stand-ins cannot be told to do. */
export interface Host {
  readonly url: string;
  readonly repositories: HostedRepository[];
  /** Readiness that new repositories begin with. */
  newReadiness: Readiness;
  /** Asked for a fork that is there, it answers with that one, as GitHub does. */
  answersStandingForks?: boolean;
  /** A fork of a public repository stays public, whatever is asked for. */
  keepsForksPublic: boolean;
  /** Former full names of repositories, and what each is called now: looks are led on. */
  readonly formerNames: Map<string, string>;
  /** Requests so far, by route. */
  readonly seen: Record<Route, number>;
  /** The next requests to that route meet these faults, one each. */
  fail(route: Route, ...faults: Fault[]): void;
  /** Runs inside the next request to that route, before the host acts. */
  before(route: Route, act: () => void | Promise<void>): void;
  add(repository: Partial<HostedRepository> & { owner: string; name: string }): HostedRepository;
  find(fullName: string): HostedRepository | undefined;
  close(): Promise<void>;
}

export async function startHost(now: () => number): Promise<Host> {
  const faults = new Map<Route, Fault[]>();
  const hooks = new Map<Route, () => void | Promise<void>>();
  const repositories: HostedRepository[] = [];
  const formerNames = new Map<string, string>();
  let lastId = 1000;
  const seen = { find: 0, create: 0, readiness: 0, configure: 0, commit: 0, delete: 0 };
  const app = new Hono<{ Bindings: HttpBindings }>();

  const find = (fullName: string) =>
    repositories.find(
      (each) => `${each.owner}/${each.name}`.toLowerCase() === fullName.toLowerCase(),
    );

  const add: Host['add'] = (fields) => {
    const repository: HostedRepository = {
      id: String(++lastId),
      description: '',
      visibility: 'private',
      createdAt: now(),
      readiness: { state: 'ready', defaultBranch: 'main' },
      settings: {},
      commits: [],
      ...fields,
    };
    repositories.push(repository);
    return repository;
  };

  async function answerTo({ req }: { req: HonoRequest }, act: Act) {
    const hasBody = req.method === 'POST' || req.method === 'PATCH';
    const asked = req.query('repo') ?? '';
    return act(find(asked) ?? find(formerNames.get(asked) ?? ''), hasBody ? await req.json() : {});
  }

  /** Counts, runs the hook and the fault, then acts. */
  function on(route: Route, method: string, path: string, act: Act): void {
    app.on(method, path, async (context) => {
      seen[route] += 1;
      const hook = hooks.get(route);
      hooks.delete(route);
      await hook?.();
      const fault = faults.get(route)?.shift();
      const answer = actsUnder(fault) ? await answerTo(context, act) : undefined;
      if (typeof fault === 'object') {
        return context.json({}, { status: fault.status as 400, headers: headersOf(fault) });
      }
      if (fault === undefined && answer !== undefined) {
        return context.json(answer.json, { status: answer.status as 200 });
      }
      if (fault === 'garble-answer') return context.html('<p>Thank you</p>');
      context.env.incoming.socket.destroy();
      return context.body(null);
    });
  }

  on('find', 'GET', '/repository', (found) =>
    found ? { status: 200, json: found } : { status: 404, json: {} },
  );
  on('create', 'POST', '/repositories', (_, body) => {
    const standing = find(`${body.owner}/${body.name}`);
    if (standing !== undefined && standing.parent === body.parent && host.answersStandingForks) {
      return { status: 202, json: standing };
    }
    if (standing !== undefined) return { status: 409, json: {} };
    const fields = body as unknown as HostedRepository; // the client below writes it
    const visibility = host.keepsForksPublic && fields.parent ? 'public' : fields.visibility;
    return { status: 201, json: add({ ...fields, visibility, readiness: host.newReadiness }) };
  });
  on('readiness', 'GET', '/readiness', (found) =>
    found ? { status: 200, json: found.readiness } : { status: 404, json: {} },
  );
  on('configure', 'PATCH', '/repository', (found, body) => {
    if (!found) return { status: 404, json: {} };
    const { description, visibility, ...rest } = body as Partial<HostedRepository>;
    if (description !== undefined) found.description = description;
    const kept = host.keepsForksPublic && found.parent !== undefined;
    if (visibility !== undefined && !kept) found.visibility = visibility;
    Object.assign(found.settings, rest);
    return { status: 200, json: found };
  });
  on('commit', 'POST', '/commits', (found, body) => {
    if (!found) return { status: 404, json: {} };
    const files = body.files as Record<string, string>; // the client below writes it
    const standing = Object.assign({}, ...found.commits);
    const news = Object.entries(files).some(([path, content]) => standing[path] !== content);
    if (news) found.commits.push(files);
    return { status: 201, json: { said: news ? 'committed' : 'there' } };
  });
  on('delete', 'DELETE', '/repository', (found) => {
    if (!found) return { status: 404, json: {} };
    repositories.splice(repositories.indexOf(found), 1);
    return { status: 200, json: {} };
  });

  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  const host: Host = {
    url: `http://127.0.0.1:${port}`,
    repositories,
    formerNames,
    newReadiness: { state: 'ready', defaultBranch: 'main' },
    keepsForksPublic: false,
    seen,
    fail: (route, ...list) => void faults.set(route, [...(faults.get(route) ?? []), ...list]),
    before: (route, act) => void hooks.set(route, act),
    add,
    find,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
  return host;
}

function headersOf({ retryAfter }: { readonly retryAfter?: number }): Record<string, string> {
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
}

type Act = (
  found: HostedRepository | undefined,
  body: Record<string, unknown>,
) => { status: number; json: unknown };

function actsUnder(fault: Fault | undefined): boolean {
  return typeof fault === 'object' ? fault.acts === true : fault !== 'lose-request';
}
