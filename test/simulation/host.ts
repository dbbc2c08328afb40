import { ForgebridgeError } from '../../lib/errors.ts';
import type { RefreshRequest, TokenSet } from '../../lib/oauth/tokens.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import type { Dice } from './dice.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * What the host makes of a refresh token that was used before:
 * - `strict`: refuses it
 * - `revokes-on-reuse`: refuses it and ends every token of that consent
 * - `leeway`: takes it for {@link leeway} after its first use, and then refuses it
 */
export const reuses = ['strict', 'revokes-on-reuse', 'leeway'] as const;
export type Reuse = (typeof reuses)[number];

/** Milliseconds. */
const leeway = 10_000;

/** How the host serves refreshes; may be changed while it runs. */
export interface Service {
  /** Milliseconds from request to reply, least and most. */
  latency: readonly [number, number];
  /** Probability that it acts and its reply is lost. */
  lost: number;
  /** Probability that it answers 503 without acting. */
  unavailable: number;
}

/** One answered refresh, from the request on. */
interface Call {
  readonly process: Process;
  readonly refreshToken: string;
  state: 'open' | 'received' | 'lost';
}

/** One pair of tokens that the host made. */
interface Pair {
  /** The how-many-eth consent it descends from. */
  readonly consent: number;
  readonly access: string;
  readonly refresh: string;
  /** Milliseconds; undefined while it is the newest. */
  usedAt?: number;
  /** The refresh that made it; missing for the consent. */
  readonly call?: Call;
}

/** An OAuth server with rotation: one user's consents, and the chain of tokens of each. */
export interface Host {
  readonly service: Service;
  /** A new consent. The one before it stays as it is. */
  consent(): TokenSet;
  /** The client that runs in this process. */
  client(process: Process): Provider;
  /** Whether the token would be taken now. */
  takes(refreshToken: string): boolean;
  isLive(accessToken: string): boolean;
  /** Greater for newer tokens: by consent first. */
  age(refreshToken: string): number;
  calls(): number;
  /** The most refreshes of one generation that live processes were waiting for at once. */
  mostAtOnce(): number;
  /** The newest tokens are with a living process that has not answered yet, or on their way to it. */
  answerInHand(): boolean;
  /** The newest refresh token, if it has been received, and whether no fault killed who did. */
  received(): { readonly refresh: string; readonly survived: boolean } | undefined;
}

export interface HostOptions {
  readonly reuse: Reuse;
  readonly rotation: Provider['rotation'];
  /** Life of an access token in milliseconds. */
  readonly expiresIn: number;
  readonly service: Service;
  /** Epoch milliseconds of the scheduler's 0. */
  readonly epoch: number;
}

export function host(
  scheduler: Scheduler,
  dice: Dice,
  { reuse, rotation, expiresIn, service, epoch }: HostOptions,
): Host {
  const pairs: Pair[] = [];
  const underWay: Call[] = [];
  const revoked = new Set<number>();
  let consents = 0;
  let calls = 0;
  let mostAtOnce = 0;

  function issue(consent: number, call?: Call): TokenSet {
    const number = pairs.length + 1;
    const pair = { access: `access-${number}`, refresh: `refresh-${number}` };
    pairs.push({ ...pair, consent, ...(call === undefined ? {} : { call }) });
    const expiresAt = epoch + scheduler.now() + expiresIn;
    return { accessToken: pair.access, refreshToken: pair.refresh, expiresAt };
  }

  const pairOf = (token: string) => pairs.find(({ refresh }) => refresh === token);

  function takes(refreshToken: string): boolean {
    const pair = pairOf(refreshToken);
    if (pair === undefined || revoked.has(pair.consent)) return false;
    if (pair.usedAt === undefined) return true;
    return reuse === 'leeway' && scheduler.now() <= pair.usedAt + leeway;
  }

  /** What the request does at the host, at the moment it does it. */
  function commit(call: Call): TokenSet | ForgebridgeError {
    const consent = pairOf(call.refreshToken)?.consent ?? 0;
    if (!takes(call.refreshToken)) {
      if (reuse === 'revokes-on-reuse') revoked.add(consent);
      return new ForgebridgeError('ReconnectRequired', { reason: 'invalid_grant' });
    }
    for (const pair of pairs) {
      if (pair.consent === consent) pair.usedAt ??= scheduler.now();
    }
    return issue(consent, call);
  }

  function refresh(process: Process, request: RefreshRequest): Promise<TokenSet> {
    const call: Call = { process, refreshToken: request.refreshToken, state: 'open' };
    calls += 1;
    underWay.push(call);
    const same = underWay.filter(
      (other) =>
        other.refreshToken === call.refreshToken && other.state === 'open' && other.process.alive(),
    );
    mostAtOnce = Math.max(mostAtOnce, same.length);

    const sent = scheduler.now();
    const latency = dice.between(...service.latency);
    const acts = sent + Math.round(latency * dice.next());
    const lost = dice.chance(service.lost);
    const unavailable = dice.chance(service.unavailable);
    return new Promise((resolve, reject) => {
      let outcome: TokenSet | ForgebridgeError;
      function giveUp(): void {
        if (call.state !== 'open') return;
        call.state = 'lost';
        reject(new ForgebridgeError('ProviderTimeout'));
      }
      function deliver(): void {
        if (lost || !process.alive()) giveUp();
        if (call.state !== 'open') return;
        call.state = 'received';
        if (outcome instanceof ForgebridgeError) reject(outcome);
        else resolve(outcome);
      }
      request.signal.addEventListener('abort', giveUp);
      scheduler.at(acts, () => {
        outcome = unavailable ? new ForgebridgeError('ProviderUnavailable') : commit(call);
      });
      scheduler.at(sent + latency, deliver);
    });
  }

  const newest = () => pairs.findLast(({ consent }) => consent === consents);
  const unused = async () => {
    throw new Error('not part of the simulation');
  };

  return {
    service,
    consent() {
      consents += 1;
      return issue(consents);
    },
    client: (process) => ({
      settings: {
        id: 'host',
        kind: 'gitlab',
        name: 'Host',
        webUrl: 'https://host.example',
        apiUrl: 'https://host.example',
        clientId: 'client',
        scopes: [],
      },
      rotation,
      authorizeUrl: () => '',
      exchange: unused,
      identify: unused,
      repositories: unused,
      refresh: (request) => process.step(() => refresh(process, request)),
    }),
    takes,
    isLive(accessToken) {
      const pair = pairs.find(({ access }) => access === accessToken);
      return (
        pair !== undefined &&
        !revoked.has(pair.consent) &&
        (pair.usedAt === undefined || rotation === 'overlaps')
      );
    },
    age(refreshToken) {
      const at = pairs.findIndex(({ refresh }) => refresh === refreshToken);
      return (pairs[at]?.consent ?? 0) * 1_000 + at;
    },
    calls: () => calls,
    mostAtOnce: () => mostAtOnce,
    answerInHand() {
      const { call, consent = 0 } = newest() ?? {};
      if (call === undefined || revoked.has(consent)) return false;
      return call.state !== 'lost' && call.process.alive() && !call.process.ended;
    },
    received() {
      const last = newest();
      if (last === undefined || (last.call ?? { state: 'received' }).state !== 'received')
        return undefined;
      return { refresh: last.refresh, survived: !last.call?.process.crashed() };
    },
  };
}
