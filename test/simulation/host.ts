import { ForgebridgeError } from '../../lib/errors.ts';
import { refreshTokenGrant } from '../../lib/oauth/grant.ts';
import type { TokenSet } from '../../lib/oauth/tokens.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import { type Chain, chain, type Reuse } from './chain.ts';
import type { Dice } from './dice.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/** How the host serves; may be changed while it runs. Probabilities are per call. */
export interface Service {
  /** Milliseconds from a request for tokens to its reply, least and most. */
  latency: readonly [number, number];
  /** Acts, and its reply is lost. */
  lost: number;
  /** Acts, and a gateway in front of it answers 502. */
  gateway: number;
  /** Answers 503 without acting. */
  unavailable: number;
  /** Refuses a refresh token that is as good as ever, once. */
  hiccup: number;
  /** Answers a refresh without a new refresh token: the old one stays. */
  keeps: number;
  /** Longest time until it knows an access token of its own, in milliseconds. */
  replicaLag: number;
  /** From when until when it answers 401 to every access token. */
  burst: readonly [number, number];
  /** From when until when it answers 503 to everything. */
  down: readonly [number, number];
}

export const calmService: Service = {
  latency: [50, 50],
  lost: 0,
  gateway: 0,
  unavailable: 0,
  hiccup: 0,
  keeps: 0,
  replicaLag: 0,
  burst: [0, 0],
  down: [0, 0],
};

/** One request for tokens. */
export interface Call {
  readonly process: Process;
  /** Empty for the redemption of a code. */
  readonly refreshToken: string;
  state: 'open' | 'received' | 'lost';
}

/** An OAuth server with rotation, and one user's consents there. */
export interface Host {
  readonly service: Service;
  readonly chain: Chain;
  /** Tokens of a consent that was given before all began. */
  consent(): TokenSet;
  /** The client that runs in this process. */
  client(process: Process): Provider;
  calls(): number;
  /** The most refreshes of one generation that live processes were waiting for at once. */
  mostAtOnce(): number;
  /** Newer tokens of that token's consent are with a living process that has not answered, or on their way. */
  answerInHand(since: string): boolean;
  /**
   * The newest refresh token, if it has been received, and whether no fault killed who did: of the
   * consent of `standing` where others live beside it, since they are no better.
   */
  received(standing: string): { readonly refresh: string; readonly survived: boolean } | undefined;
}

export interface HostOptions {
  readonly reuse: Reuse;
  readonly rotation: Provider['rotation'];
  readonly endsOlder: boolean;
  /** Tells apps whether a token is alive. */
  readonly tells: boolean;
  /** Life of an access token in milliseconds; missing: no end, and no refresh token either. */
  readonly expiresIn?: number | undefined;
  readonly service: Service;
  /** Epoch milliseconds of the scheduler's 0. */
  readonly epoch: number;
}

/** Milliseconds that anything but tokens takes. */
const quick = [20, 200] as const;

export function host(scheduler: Scheduler, dice: Dice, options: HostOptions): Host {
  const { reuse, rotation, endsOlder, tells, expiresIn, service, epoch } = options;
  const killsAccess = rotation === 'kills-access';
  const tokens = chain(scheduler, { reuse, killsAccess, endsOlder });
  const underWay: Call[] = [];
  const hiccups = new Set<string>();
  let calls = 0;
  let mostAtOnce = 0;

  const within = ([from, until]: readonly [number, number]) =>
    from <= scheduler.now() && scheduler.now() < until;

  function answer({ access, refresh }: { access: string; refresh: string }, renewed: boolean) {
    if (expiresIn === undefined) return { accessToken: access };
    const expiresAt = epoch + scheduler.now() + expiresIn;
    return { accessToken: access, expiresAt, ...(renewed ? { refreshToken: refresh } : {}) };
  }

  /** What the request does at the host, at the moment it does it. */
  function commit(call: Call): TokenSet | ForgebridgeError {
    if (within(service.down)) return new ForgebridgeError('ProviderUnavailable');
    if (call.refreshToken === '') return answer(tokens.consent(call), true);
    const refused = new ForgebridgeError('ReconnectRequired', { reason: 'invalid_grant' });
    if (dice.chance(service.hiccup) && !hiccups.has(call.refreshToken)) {
      hiccups.add(call.refreshToken);
      return refused;
    }
    const renews = !dice.chance(service.keeps);
    const pair = tokens.refresh(call.refreshToken, renews, call);
    return pair === undefined ? refused : answer(pair, renews);
  }

  function ask(process: Process, refreshToken: string, signal?: AbortSignal): Promise<TokenSet> {
    const call: Call = { process, refreshToken, state: 'open' };
    calls += 1;
    underWay.push(call);
    const same = underWay.filter(
      (other) =>
        other.refreshToken === refreshToken && other.state === 'open' && other.process.alive(),
    );
    if (refreshToken !== '') mostAtOnce = Math.max(mostAtOnce, same.length);

    const sent = scheduler.now();
    const latency = dice.between(...service.latency);
    const acts = sent + Math.round(latency * dice.next());
    const lost = dice.chance(service.lost);
    const gateway = dice.chance(service.gateway);
    const unavailable = dice.chance(service.unavailable);
    return new Promise((resolve, reject) => {
      let outcome: TokenSet | ForgebridgeError;
      function giveUp(): void {
        if (call.state !== 'open') return;
        call.state = 'lost';
        if (gateway) resolve(badGateway(refreshToken));
        else reject(new ForgebridgeError('ProviderTimeout'));
      }
      function deliver(): void {
        if (lost || gateway || !process.alive()) giveUp();
        if (call.state !== 'open') return;
        call.state = 'received';
        if (outcome instanceof ForgebridgeError) reject(outcome);
        else resolve(outcome);
      }
      signal?.addEventListener('abort', giveUp);
      scheduler.at(acts, () => {
        outcome = unavailable ? new ForgebridgeError('ProviderUnavailable') : commit(call);
      });
      scheduler.at(sent + latency, deliver);
    });
  }

  /** Anything but a request for tokens. */
  function quickly<T>(process: Process, act: () => T): Promise<T> {
    return process.step(async () => {
      await scheduler.sleep(dice.between(...quick));
      if (within(service.down)) throw new ForgebridgeError('ProviderUnavailable');
      return act();
    });
  }

  function use(accessToken: string): void {
    const lag = (tokens.bornAt(accessToken) * 7_919) % (service.replicaLag + 1);
    const knows = scheduler.now() >= tokens.bornAt(accessToken) + lag;
    if (tokens.isLive(accessToken) && knows && !within(service.burst)) return;
    throw new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
  }

  return {
    service,
    chain: tokens,
    consent: () => answer(tokens.consent(), true),
    client: (process) => ({
      settings,
      rotation,
      authorizeUrl: () => '',
      exchange: () => process.step(() => ask(process, '')),
      identify: (token) =>
        quickly(process, () => {
          use(token);
          return { id: '1', login: 'ada' };
        }),
      repositories: async () => {
        throw new Error('not part of the simulation');
      },
      refresh: ({ refreshToken, signal }) => process.step(() => ask(process, refreshToken, signal)),
      revoke: ({ accessToken }) => quickly(process, () => tokens.end(accessToken)),
      ...(tells
        ? { isAlive: (token: string) => quickly(process, () => tokens.isLive(token)) }
        : {}),
    }),
    calls: () => calls,
    mostAtOnce: () => mostAtOnce,
    answerInHand(since) {
      const { call, consent = 0 } = tokens.newest() ?? {};
      if (call === undefined || tokens.isOver(consent)) return false;
      if (tokens.consentOf(since) !== consent) return false;
      return call.state !== 'lost' && call.process.alive() && !call.process.ended;
    },
    received(standing) {
      const last = tokens.newest(standing);
      if (last === undefined || tokens.isRevoked(last)) return undefined;
      if ((last.call ?? { state: 'received' }).state !== 'received') return undefined;
      return { refresh: last.refresh, survived: !last.call?.process.crashed() };
    },
  };
}

const settings: Provider['settings'] = {
  id: 'host',
  kind: 'gitlab',
  name: 'Host',
  webUrl: 'https://host.example',
  apiUrl: 'https://host.example',
  clientId: 'client',
  scopes: [],
};

/** What the bundle's own token client makes of a 502. */
function badGateway(refreshToken: string): Promise<never> {
  const endpoint = {
    url: 'https://host.example/token',
    clientId: 'client',
    clientSecrets: async () => ['secret'],
    fetch: async () => new Response(null, { status: 502 }),
    now: () => 0,
  };
  const { signal } = new AbortController();
  const request = { refreshToken, redirectUri: 'https://bridge.example', signal };
  return refreshTokenGrant(endpoint, request).then(() => {
    throw new Error('a 502 brings no tokens');
  });
}
