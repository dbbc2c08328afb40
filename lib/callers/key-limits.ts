import { BlockList, isIP } from 'node:net';
import { ForgebridgeError } from '../errors.ts';

/** What an API key is narrowed to, so that a leaked one is worth less. Missing: not narrowed. */
export interface KeyLimits {
  /** Epoch milliseconds after which it is no key any more. */
  readonly expiresAt?: number;
  /** Ids of the providers it reaches. */
  readonly providers?: readonly string[];
  /** What the subjects it acts for begin with. */
  readonly subjects?: readonly string[];
  /** Ids of the installations it reaches. */
  readonly installations?: readonly string[];
  /** Networks it may be used from, as `192.0.2.0/24` or `2001:db8::/32`. */
  readonly networks?: readonly string[];
  /** Requests a second that one container takes from it, and as many at once. */
  readonly perSecond?: number;
}

/** Where and when a key is used. */
export interface KeyUse {
  /** Hash or id that tells one key from another. */
  readonly keyId: string;
  readonly address: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * @throws ForgebridgeError `CallerUnauthenticated` (`key_expired`), `Forbidden`
 * (`network_not_allowed`), `RateLimited` (`key_rate`).
 */
export function requireKeyUse(limits: KeyLimits, use: KeyUse): void {
  if (limits.expiresAt !== undefined && use.now >= limits.expiresAt) {
    throw new ForgebridgeError('CallerUnauthenticated', {
      reason: 'key_expired',
      remedy: 'Make a new key: npm run apikeys -- rotate.',
    });
  }
  if (limits.networks !== undefined && !within(limits.networks, use.address)) {
    throw new ForgebridgeError('Forbidden', {
      reason: 'network_not_allowed',
      remedy: 'Call from a network that the key names, or make a key for this one.',
    });
  }
  if (limits.perSecond !== undefined && !takeFromBucket(limits.perSecond, use)) {
    throw new ForgebridgeError('RateLimited', { reason: 'key_rate', retryAfter: 1 });
  }
}

/** What a request names, and the limit of the key that says whether it may. */
const named = {
  provider: ['providers', (listed: string, id: string) => listed === id],
  installation: ['installations', (listed: string, id: string) => listed === id],
  subject: ['subjects', (prefix: string, subject: string) => subject.startsWith(prefix)],
} as const;

/** What a request can name that a key can be narrowed to. */
export const limitedNames = Object.keys(named) as readonly (keyof typeof named)[]; // keys of a literal

/**
 * @throws ForgebridgeError `Forbidden`, with the reason `provider_not_allowed`,
 * `installation_not_allowed` or `subject_not_allowed`, when the key is narrowed to others.
 */
export function requireAllowed(
  limits: KeyLimits | undefined,
  what: keyof typeof named,
  id: string,
): void {
  if (isAllowed(limits, what, id)) return;
  throw new ForgebridgeError('Forbidden', {
    reason: `${what}_not_allowed`,
    remedy: `Use a key that may reach this ${what}.`,
  });
}

/**
 * For what reaches all providers at once: a session, or the end of all that a subject has.
 *
 * @throws ForgebridgeError `Forbidden` (`provider_not_allowed`) when the key is narrowed to some.
 */
export function requireEveryProvider(limits: KeyLimits | undefined): void {
  if (limits?.providers === undefined) return;
  throw new ForgebridgeError('Forbidden', {
    reason: 'provider_not_allowed',
    remedy: 'This reaches every provider: use a key that may reach them all.',
  });
}

/** As {@link requireAllowed}, for lists that leave out what the key may not reach. */
export function isAllowed(
  limits: KeyLimits | undefined,
  what: keyof typeof named,
  id: string,
): boolean {
  const [member, matches] = named[what];
  return limits?.[member]?.some((entry) => matches(entry, id)) ?? true;
}

/** Whether `network` is an address with the length of a prefix, as `192.0.2.0/24`. */
export function isNetwork(network: string): boolean {
  const [address = '', length = '', rest] = network.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  return rest === undefined && bits !== undefined && /^\d{1,3}$/.test(length) && +length <= bits;
}

function within(networks: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [net = '', length = ''] = network.split('/');
    list.addSubnet(net, Number(length), family(net));
  }
  return isIP(address) !== 0 && list.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Buckets of this container: a key's whole rate is this times the containers that serve it. */
const buckets = new Map<string, { readonly left: number; readonly at: number }>();

function takeFromBucket(perSecond: number, { keyId, now }: KeyUse): boolean {
  const { left, at } = buckets.get(keyId) ?? { left: perSecond, at: now };
  const filled = Math.min(perSecond, left + (Math.max(0, now - at) / 1_000) * perSecond);
  buckets.set(keyId, { left: filled < 1 ? filled : filled - 1, at: now });
  return filled >= 1;
}
