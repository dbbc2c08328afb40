import { randomUUID } from 'node:crypto';
import { ForgebridgeError, HostSaid } from '../../../lib/errors.ts';
import type {
  Access,
  Creation,
  NewRepository,
  Provider,
  Repository,
} from '../../../lib/providers/provider.ts';
import type { Dice } from '../dice.ts';
import type { Scheduler } from '../scheduler.ts';
import { committed, configured, fullNameOf, type Hosted, told } from './hosted.ts';
import type { Life } from './life.ts';

/** How a host's creating call behaves. */
export const styles = [
  'takes a mark',
  'forks without a mark',
  'answers with the fork there',
] as const;
export type Style = (typeof styles)[number];

/** What becomes of one request. Times in milliseconds. */
export type Fault =
  | { readonly kind: 'lost' | 'answer lost' | 'gateway' | 'down' | 'page' | 'empty' }
  | { readonly kind: 'late'; readonly after: number }
  | { readonly kind: 'limit'; readonly seconds: number };

export type Call = 'make' | 'read' | 'write';

export interface HostOptions {
  readonly style: Style;
  readonly epoch: number;
  /** By how much the host's clock is wrong. */
  readonly skew: number;
  /** How long a new repository is not shown, and how long its contents take. */
  readonly lag: () => number;
  readonly importTime: () => number;
  readonly keepsForksPublic: boolean;
  readonly fault: (call: Call) => Fault | undefined;
}

export interface SimulatedHost {
  readonly repositories: Hosted[];
  /** Requests that came while the host had asked for silence. */
  readonly noise: { count: number };
  login: string;
  /** Milliseconds of the simulation. */
  clock(): number;
  /** The host as one life sees it, that works for that operation. */
  client(life: Life, made: string): Provider;
  add(fields: Partial<Hosted> & { owner: string; name: string }): Hosted;
}

const timeout = 10_000;
const template = 'templates/starter';

export function simulatedHost(
  scheduler: Scheduler,
  dice: Dice,
  options: HostOptions,
): SimulatedHost {
  const { style, epoch, skew } = options;
  const repositories: Hosted[] = [];
  const noise = { count: 0 };
  let silentUntil = 0;
  const { now } = scheduler;

  const add: SimulatedHost['add'] = (fields) => {
    const hosted: Hosted = {
      id: String(1000 + repositories.length),
      description: '',
      visibility: 'public',
      parent: undefined,
      createdAt: epoch + now() + skew,
      visibleAt: now(),
      readyAt: now(),
      files: [],
      ...fields,
    };
    repositories.push(hosted);
    return hosted;
  };
  const standing = (owner: string, name: string) =>
    repositories.find((one) => one.owner === owner && one.name === name);

  async function request<T>(life: Life, call: Call, act: () => T): Promise<T> {
    return life.step(async () => {
      const fault = options.fault(call);
      await scheduler.sleep(dice.between(20, 300));
      if (now() < silentUntil) {
        noise.count += 1;
        throw limited((silentUntil - now()) / 1_000);
      }
      if (fault !== undefined) await suffer(life, fault, act);
      const answer = act();
      await scheduler.sleep(dice.between(20, 300));
      return answer;
    });
  }

  /** What becomes of a request that meets a fault: it fails, whether or not it was acted upon. */
  async function suffer(life: Life, fault: Fault, act: () => unknown): Promise<never> {
    switch (fault.kind) {
      case 'limit':
        silentUntil = now() + fault.seconds * 1_000;
        throw limited(fault.seconds);
      case 'down':
        throw unavailable(503);
      case 'gateway':
        quietly(act);
        throw unavailable(502);
      case 'page':
      case 'empty':
        if (dice.chance(0.5)) quietly(act);
        throw new ForgebridgeError('ProviderProtocol', { reason: 'unexpected_body' });
      case 'late':
        scheduler.at(now() + fault.after, () => quietly(act));
        return lost(life);
      case 'answer lost':
        quietly(act);
        return lost(life);
      case 'lost':
        return lost(life);
    }
  }

  async function lost(life: Life): Promise<never> {
    await scheduler.sleep(Math.min(timeout, life.timeLeft()));
    throw new ForgebridgeError('ProviderTimeout');
  }

  function make(to: NewRepository, made: string): Repository {
    const forked = style !== 'takes a mark';
    const parent = forked ? template : undefined;
    const own = repositories.find(
      (one) => forked && one.owner === host.login && one.parent === parent,
    );
    if (style === 'answers with the fork there' && own !== undefined) return told(own);
    if (standing(host.login, to.name) !== undefined) {
      throw new ForgebridgeError('AlreadyExists', { reason: 'name_taken' });
    }
    const lag = options.lag();
    return told(
      add({
        owner: host.login,
        name: to.name,
        description: forked ? '' : to.description,
        visibility: forked ? 'public' : to.visibility,
        parent,
        visibleAt: now() + lag,
        readyAt: now() + lag + options.importTime(),
        made,
      }),
    );
  }

  function client(life: Life, made: string): Provider {
    const shown = (fullName: string) => {
      // A renamed account's repositories are led on to.
      const name = fullName.replace(/^example\//, `${host.login}/`);
      const found = repositories.find((one) => fullNameOf(one) === name);
      if (found !== undefined && found.visibleAt <= now()) return found;
      throw new ForgebridgeError('NotFound');
    };
    const ask = <T>(call: Call, act: () => T) => request(life, call, act);
    const creating = (_: Access, ...rest: readonly unknown[]) =>
      ask('make', () => make(rest.at(-1) as NewRepository, made)); // the last of each
    const creation: Creation = {
      rules: {
        visibilities: ['public', 'private'],
        settings: ['description', 'visibility'],
        marks: style === 'takes a mark' ? ['create'] : [],
        includeAllBranches: true,
        oneCommit: true,
        name: { maxLength: 50, pattern: /^[a-z0-9-]+$/ },
      },
      namespaces: async () => ({ items: [] }),
      findNamespace: () =>
        ask('read', () => ({ id: '1', path: host.login, name: 'Example', kind: 'user' as const })),
      findRepository: async (_, fullName) => {
        try {
          return await ask('read', () => told(shown(fullName)));
        } catch (error) {
          if (error instanceof ForgebridgeError && error.code === 'NotFound') return undefined;
          throw error;
        }
      },
      create: creating,
      fork: creating,
      readiness: (_, { fullName }) =>
        ask('read', () =>
          shown(fullName).readyAt <= now()
            ? { state: 'ready' as const, defaultBranch: 'main' }
            : { state: 'pending' as const, detail: 'importing' },
        ),
      configure: (_, { fullName }, settings) =>
        ask('write', () => {
          const found = shown(fullName);
          configured(found, settings, options.keepsForksPublic);
          return told(found);
        }),
      commitFiles: (_, { fullName }, commit) =>
        ask('write', () => committed(shown(fullName), commit)),
      deleteRepository: (_, { fullName }) =>
        ask('write', () => {
          repositories.splice(repositories.indexOf(shown(fullName)), 1);
        }),
    };
    return {
      settings,
      rotation: 'overlaps',
      authorizeUrl: () => '',
      exchange: () => Promise.reject(new Error('nobody signs in')),
      identify: () => ask('read', () => ({ id: '1', login: host.login })),
      repositories: async () => ({ items: [] }),
      creation,
    };
  }

  const id = `host-${randomUUID()}`;
  const settings = {
    id,
    kind: 'gitlab' as const,
    name: 'Host',
    webUrl: id,
    apiUrl: id,
    clientId: 'c',
    scopes: [],
  };
  const host: SimulatedHost = { repositories, noise, clock: now, login: 'example', client, add };
  add({ owner: 'templates', name: 'starter' });
  return host;
}

function quietly(act: () => unknown): void {
  try {
    act();
  } catch {
    // Its refusal goes where its answer would have gone.
  }
}

function limited(seconds: number): ForgebridgeError {
  return new ForgebridgeError('RateLimited', { retryAfter: Math.ceil(seconds) });
}

function unavailable(status: number): ForgebridgeError {
  return new ForgebridgeError('ProviderUnavailable', {}, new HostSaid(status, ''));
}
