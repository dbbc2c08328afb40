import type { Context } from 'hono';
import { defined } from '../../../lib/primitives/defined.ts';
import {
  defaultPace,
  type HostSettings,
  type ImportPace,
  type Quirk,
  type RateLimit,
  type SandboxOptions,
} from './options.ts';
import type { HostId } from './registry.ts';
import { furnish } from './seed.ts';
import type { StandIn } from './stand-in.ts';
import { createTokenStore, type Token, type TokenRules, type TokenStore } from './tokens.ts';
import { createWorld, emptyWorld, type World, type WorldData } from './world.ts';

/** One stand-in: who it is, what it knows and its options. */
export interface Host {
  readonly settings: HostSettings;
  readonly options: SandboxOptions;
  readonly world: World;
  readonly tokens: TokenStore;
  /** Epoch milliseconds of the sandbox clock. */
  readonly now: () => number;
  readonly settleMs: number;
  readonly rateLimit: RateLimit;
  /** Where its app's installation page leads back to; missing: nowhere. */
  setupUrl?: string;
  /** The oddities that are switched on. */
  readonly quirks: Set<Quirk>;
  readonly has: (quirk: Quirk) => boolean;
}

/** What of a host outlives the sandbox: codes, rate limits and open consent pages do not. */
export interface HostData {
  readonly world: WorldData;
  readonly tokens: Token[];
}

/** What all hosts of one sandbox share. */
export interface HostContext {
  readonly options: SandboxOptions;
  readonly now: () => number;
  readonly random: (bytes: number) => Buffer;
  readonly appPrivateKey: string;
}

/** Which stand-in a host is, and where its ids begin, so that no two hosts share any. */
export interface HostPlace {
  readonly id: HostId;
  readonly standIn: StandIn;
  readonly firstId: number;
}

function settingsOf(
  { id, standIn }: HostPlace,
  origin: string,
  context: HostContext,
): HostSettings {
  const settings = standIn.settings(context.options);
  return {
    id,
    ...settings,
    webUrl: origin,
    apiUrl: origin + standIn.apiPath,
    ...defined({ appPrivateKey: settings.appId && context.appPrivateKey }),
  };
}

function tokenRules({ id, standIn }: HostPlace, options: SandboxOptions): TokenRules {
  const tokens = standIn.tokens(options);
  const seconds = options.accessSeconds?.[id];
  const shortened = seconds !== undefined && tokens.accessMs !== undefined;
  return {
    ...tokens,
    ...(shortened ? { accessMs: seconds * 1000 } : {}),
    reuse: options.reuse?.[id] ?? 'strict',
    overlap: options.overlap?.[id] ?? standIn.overlap,
  };
}

function firstData(place: HostPlace, pace: ImportPace, now: () => number): HostData {
  const data = emptyWorld(place.firstId);
  furnish(createWorld(data, pace, now), place.standIn.nestedGroups === true);
  for (const each of data.repositories.values()) {
    each.ci = place.standIn.ciFromTheStart === true && !each.isTemplate;
  }
  return { world: data, tokens: [] };
}

/** A stand-in reachable at `origin`, in its first state unless there is `kept` data. */
export function createHost(
  place: HostPlace,
  origin: string,
  context: HostContext,
  kept?: HostData,
): Host {
  const { options, now, random } = context;
  const pace = { ...defaultPace, ...options.importPace };
  const data = kept ?? firstData(place, pace, now);
  const quirks = new Set(options.quirks?.[place.id]);
  return {
    settings: settingsOf(place, origin, context),
    options,
    world: createWorld(data.world, pace, now),
    tokens: createTokenStore(tokenRules(place, options), now, random, data.tokens),
    now,
    settleMs: pace.settleMs,
    rateLimit: options.rateLimits?.[place.id] ?? place.standIn.rateLimit,
    ...defined({ setupUrl: options.setupUrls?.[place.id] }),
    quirks,
    has: (quirk) => quirks.has(quirk),
  };
}

/** How long replicas may not know of a token. */
const lagMs = 1_000;

/** What stands behind the `Authorization` header; the query is never looked at. */
export function bearer(c: Context, schemes: readonly string[] = ['bearer']): string | undefined {
  const [scheme = '', value, ...rest] = (c.req.header('authorization') ?? '').split(' ');
  return schemes.includes(scheme.toLowerCase()) && rest.length === 0 ? value : undefined;
}

/** The live user or installation token of the request, or why there is none. */
export function presented(
  host: Host,
  c: Context,
  schemes?: readonly string[],
): Token | 'none' | 'unknown' | 'expired' | 'revoked' {
  const value = bearer(c, schemes);
  if (value === undefined) return 'none';
  const found = host.tokens.standing(value, ['access', 'installation']);
  const lags =
    typeof found !== 'string' && host.has('replica-lag') && host.now() < found.createdAt + lagMs;
  return lags ? 'unknown' : found;
}
