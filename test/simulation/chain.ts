import type { Call } from './host.ts';
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

/** One pair of tokens that the host made. */
interface Pair {
  /** The how-many-eth consent it descends from. */
  readonly consent: number;
  readonly access: string;
  readonly refresh: string;
  readonly born: number;
  /** Milliseconds; undefined while it is the newest. */
  usedAt?: number;
  /** The request that made it; missing for a consent from before. */
  readonly call?: Call;
}

export interface ChainOptions {
  readonly reuse: Reuse;
  readonly killsAccess: boolean;
  /** A new consent ends those before it. */
  readonly endsOlder: boolean;
}

/** The tokens of one user at a host: the chain of each consent, and what is still alive of it. */
export interface Chain {
  consent(call?: Call): Pair;
  /** What a refresh brings now; undefined when the token is refused. `renews`: a new refresh token too. */
  refresh(refreshToken: string, renews: boolean, call: Call): Pair | undefined;
  /** Ends that pair of tokens, and no other of its consent. */
  end(token: string): void;
  takes(refreshToken: string): boolean;
  isLive(accessToken: string): boolean;
  bornAt(accessToken: string): number;
  /**
   * Whether the second is older than the first. Two consents that live side by side are as good as each
   * other; one that the newer has ended is older.
   */
  isSetBack(before: string, after: string): boolean;
  /** The newest pair: where consents live side by side, of that token's, else of the newest. */
  newest(standing?: string): Pair | undefined;
  /** How many consents have tokens that are alive, but that of this token. */
  othersAlive(refreshToken: string): number;
  consentOf(token: string): number | undefined;
  isOver(consent: number): boolean;
  /** It was ended on request. */
  isRevoked(pair: Pair): boolean;
}

export function chain(scheduler: Scheduler, options: ChainOptions): Chain {
  const pairs: Pair[] = [];
  const over = new Set<number>();
  const ended = new Set<Pair>();
  const dead = new Set<string>();
  let consents = 0;

  const pairOf = (token: string) =>
    pairs.findLast(({ refresh, access }) => refresh === token || access === token);

  function issue(consent: number, refresh: string | undefined, call: Call | undefined): Pair {
    const number = pairs.length + 1;
    const made = call === undefined ? {} : { call };
    const tokens = { access: `access-${number}`, refresh: refresh ?? `refresh-${number}` };
    const pair = { ...tokens, consent, born: scheduler.now(), ...made };
    pairs.push(pair);
    return pair;
  }

  function takes(refreshToken: string): boolean {
    const pair = pairOf(refreshToken);
    if (pair === undefined || over.has(pair.consent) || ended.has(pair)) return false;
    if (pair.usedAt === undefined) return true;
    return options.reuse === 'leeway' && scheduler.now() <= pair.usedAt + leeway;
  }

  function spend(pair: Pair, renews: boolean): void {
    if (renews) pair.usedAt ??= scheduler.now();
    if (options.killsAccess) dead.add(pair.access);
  }

  return {
    consent(call) {
      if (options.endsOlder) for (let older = 1; older <= consents; older += 1) over.add(older);
      consents += 1;
      return issue(consents, undefined, call);
    },
    refresh(refreshToken, renews, call) {
      const consent = pairOf(refreshToken)?.consent ?? 0;
      if (!takes(refreshToken)) {
        if (options.reuse === 'revokes-on-reuse') over.add(consent);
        return undefined;
      }
      for (const pair of pairs.filter((one) => one.consent === consent)) spend(pair, renews);
      return issue(consent, renews ? undefined : refreshToken, call);
    },
    end(token) {
      const pair = pairOf(token);
      if (pair !== undefined) ended.add(pair);
    },
    takes,
    isLive(accessToken) {
      const pair = pairOf(accessToken);
      if (pair === undefined || over.has(pair.consent) || ended.has(pair)) return false;
      return !dead.has(accessToken);
    },
    bornAt: (accessToken) => pairOf(accessToken)?.born ?? 0,
    isSetBack(before, after) {
      const [one, other] = [before, after].map((token) =>
        pairs.findIndex(({ refresh, access }) => refresh === token || access === token),
      );
      const [old, young] = [pairs[one ?? -1], pairs[other ?? -1]];
      if (old === undefined || young === undefined || old === young) return false;
      if (old.consent === young.consent) return pairs.indexOf(young) < pairs.indexOf(old);
      return young.consent < old.consent && over.has(young.consent);
    },
    newest(standing = '') {
      const own = pairOf(standing)?.consent ?? consents;
      const from = options.endsOlder ? consents : own;
      return pairs.findLast(({ consent }) => consent === from);
    },
    othersAlive(refreshToken) {
      const own = pairOf(refreshToken)?.consent ?? 0;
      const alive = pairs.filter(
        (pair) => pair.usedAt === undefined && !over.has(pair.consent) && !ended.has(pair),
      );
      return new Set(alive.map(({ consent }) => consent).filter((consent) => consent !== own)).size;
    },
    consentOf: (token) => pairOf(token)?.consent,
    isOver: (consent) => over.has(consent),
    isRevoked: (pair) => ended.has(pair),
  };
}
