import { isIPv6 } from 'node:net';
import { ForgebridgeError } from '../errors.ts';
import { kept } from '../primitives/kept.ts';
import type { Key, Table } from '../storage/table.ts';

/** Failed attempts of one address that are looked up at once, and each second after that. */
const burst = 20;
const perSecond = 2;
/** Milliseconds in which an address has its burst again, and is forgotten. */
const refilled = (burst / perSecond) * 1_000;
/** Milliseconds that a credential is remembered which was good. */
const goodFor = 900_000;
const most = 10_000;

const failures = kept<{ readonly left: number; readonly at: number }>(refilled, most);
const good = kept<true>(goodFor, most);

/**
 * A table in which a credential is looked up, for whoever comes from that address: those who keep showing
 * what is none are refused before the table is asked. Buckets are this container's. What it has found good
 * lately passes from any address, so that people are not locked out by who sits beside them.
 */
export function attempted(
  table: Pick<Table, 'get'>,
  address: string,
  now: number,
): Pick<Table, 'get'> {
  return {
    async get(key) {
      const name = nameOf(key);
      const from = networkOf(address);
      if (leftOf(from, now) < 1 && !good.get(name, now)) {
        throw new ForgebridgeError('RateLimited', { reason: 'too_many_attempts', retryAfter: 1 });
      }
      const item = await table.get(key);
      if (item === undefined) failures.set(from, { left: leftOf(from, now) - 1, at: now }, now);
      else good.set(name, true, now);
      return item;
    },
  };
}

function leftOf(from: string, now: number): number {
  const { left, at } = failures.get(from, now) ?? { left: burst, at: now };
  return Math.min(burst, left + (Math.max(0, now - at) / 1_000) * perSecond);
}

const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`;

/** One subscriber has a whole /64 of IPv6. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...(tail === undefined ? [] : zeros), ...rest].slice(0, 4).join(':');
}
