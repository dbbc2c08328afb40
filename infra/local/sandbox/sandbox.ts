import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { createControl } from './control.ts';
import { keepTo } from './description/keep.ts';
import { createFaults, type FaultRule } from './faults.ts';
import { createHost, type Host, type HostContext, type HostData } from './host.ts';
import { type Listener, listen } from './listener.ts';
import { oddities } from './oddities.ts';
import type { HostSettings, Quirk, SandboxOptions, Seed } from './options.ts';
import { createPersistence } from './persistence.ts';
import {
  defaultPorts,
  forEachHost,
  type HostId,
  hostIds,
  type ListenerId,
  standIns,
} from './registry.ts';
import { createRequestLog, type LoggedRequest, tokenCalls } from './requests.ts';
import { addSeed } from './seed.ts';
import type { StandIn } from './stand-in.ts';
import { type HostState, stateOf } from './state.ts';
import { type Wire, wire } from './wire.ts';

/** The stand-ins on ports of their own, and what tests steer them with. */
export interface Sandbox {
  readonly providers: Readonly<Record<HostId, HostSettings>>;
  readonly controlUrl: string;
  /** In the order of arrival. */
  readonly requests: readonly LoggedRequest[];
  /** What was asked of a host that it does not document, or answered for it. */
  readonly undocumented: readonly string[];
  state(id: HostId): HostState;
  /** Calls of a host's token endpoint by grant type, faulty ones too. */
  tokenCalls(id: HostId): Record<string, number>;
  fault(rule: FaultRule): { hits(): number };
  clearFaults(): void;
  seed(id: HostId, seed: Seed): void;
  /** Installs the host's app in that account, or removes it. */
  setInstalled(id: HostId, login: string, installed: boolean): void;
  /** Gives a repository another path, as its owner does; the old name leads on where the host does that. */
  rename(id: HostId, fullName: string, path: string): void;
  /** Switches an oddity of a host on or off. */
  quirk(id: HostId, quirk: Quirk, on: boolean): void;
  /** Where the installation page of a host's app leads back to. */
  setupAt(id: HostId, url: string): void;
  /** Ends a token's life now, or that of every live access token of the host. */
  expire(id: HostId, token?: string): void;
  /** Revokes a token, or every token of the host, as a user does at the host. */
  revoke(id: HostId, token?: string): void;
  /** Moves the sandbox clock forward. */
  advance(ms: number): void;
  /** Back to the first state: data, tokens, faults, requests and clock. */
  reset(): void;
  close(): Promise<void>;
}

async function newKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** One listener whose host can be made anew. */
interface Stand {
  readonly listener: Listener;
  host(): Host;
  reset(): void;
}

function standOf(stands: ReadonlyMap<HostId, Stand>, id: HostId): Stand {
  const found = stands.get(id);
  if (found === undefined) throw new Error(`no stand-in ${id}: add it to registry.ts`);
  return found;
}

/**
 * Starts the stand-ins. Nothing is shared between two sandboxes.
 *
 * @throws PortTaken when a port is not free; nothing is left listening then.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const log = createRequestLog();
  const faults = createFaults();
  const persistence = createPersistence(options.folder, options.log ?? console.warn);
  const { found, changed } = persistence;
  let advanced = found?.advanced ?? 0;
  const clock = options.now ?? Date.now;
  const now = () => clock() + advanced;
  const appPrivateKey = options.appPrivateKey ?? found?.appPrivateKey ?? (await newKey());
  const context: HostContext = { options, now, random: randomBytes, appPrivateKey };
  const listeners: Listener[] = [];
  const undocumented: string[] = [];
  const portOf = (id: ListenerId) => options.ports?.[id] ?? defaultPorts[id];

  async function stand(id: HostId): Promise<Stand> {
    const standIn: StandIn = standIns[id];
    const firstId = 10_000 * (hostIds.indexOf(id) + 1);
    let app = new Hono<Wire>();
    const listener = await listen(portOf(id), async (request, env) => {
      const answer = await app.fetch(request, env);
      if (request.method !== 'GET') changed();
      return answer;
    });
    listeners.push(listener);
    let host: Host;
    const begin = (kept?: HostData) => {
      host = createHost({ id, standIn, firstId }, listener.origin, context, kept);
      app = new Hono<Wire>();
      app.use(wire(id, standIn, log, faults, now));
      app.use(keepTo(standIn.documented(), host, (problem) => undocumented.push(problem)));
      app.use(oddities(host));
      app.route('/', standIn.serve(host));
      app.onError((error, c) =>
        error instanceof HTTPException
          ? error.getResponse()
          : c.text(`sandbox: ${error.stack}`, 500),
      );
    };
    begin(found?.hosts[id]);
    return { listener, reset: () => begin(), host: () => host };
  }
  const close = async () => {
    await Promise.all(listeners.map((each) => each.close()));
    persistence.close();
  };

  async function start(): Promise<Sandbox> {
    const stands = new Map<HostId, Stand>();
    for (const id of hostIds) stands.set(id, await stand(id));
    const host = (id: HostId) => standOf(stands, id).host();
    const tokensOf = (id: HostId, value: string | undefined) =>
      host(id).tokens.all.filter((each) => value === undefined || each.value === value);
    const sandbox: Omit<Sandbox, 'controlUrl'> = {
      providers: forEachHost((id) => host(id).settings),
      requests: log.entries,
      undocumented,
      state: (id) => stateOf(host(id)),
      tokenCalls: (id) => tokenCalls(log, id),
      fault: (rule) => faults.add(rule),
      clearFaults: () => faults.clear(),
      seed(id, seed) {
        addSeed(host(id).world, seed);
        changed();
      },
      setInstalled(id, login, installed) {
        const account = host(id).world.account(login);
        if (account === undefined) throw new Error(`no account ${login} in the sandbox`);
        if (installed) account.installation ??= account.id;
        else delete account.installation;
        changed();
      },
      rename(id, name, path) {
        const { world } = host(id);
        const repository = world.repository(name);
        if (repository === undefined) throw new Error(`no repository ${name} in the sandbox`);
        world.rename(repository, path);
        changed();
      },
      quirk(id, quirk, on) {
        const { quirks } = host(id);
        if (on) quirks.add(quirk);
        else quirks.delete(quirk);
      },
      setupAt(id, url) {
        host(id).setupUrl = url;
      },
      expire(id, token) {
        for (const each of tokensOf(id, token)) {
          if (token !== undefined || each.use !== 'refresh') each.expiresAt = now();
        }
        changed();
      },
      revoke(id, token) {
        for (const each of tokensOf(id, token)) each.state = 'revoked';
        changed();
      },
      advance(ms) {
        advanced += ms;
        changed();
      },
      reset() {
        advanced = 0;
        for (const each of stands.values()) each.reset();
        faults.clear();
        log.clear();
        changed();
      },
      close,
    };
    const control = createControl(sandbox);
    const listener = await listen(portOf('control'), (request) => control.fetch(request));
    listeners.push(listener);
    persistence.begin(() => ({
      advanced,
      appPrivateKey,
      hosts: forEachHost((id): HostData => {
        const { world, tokens } = host(id);
        return { world: world.data, tokens: tokens.all };
      }),
    }));
    return { ...sandbox, controlUrl: listener.origin };
  }

  try {
    return await start();
  } catch (error) {
    await close();
    throw error;
  }
}
