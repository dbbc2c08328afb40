import { ForgebridgeError } from '../../lib/errors.ts';
import { reached } from '../../lib/storage/aws-failure.ts';
import type { TokenRequest, Vault } from '../../lib/vault/ports.ts';
import type { ConnectionRecord } from '../../lib/vault/record.ts';
import type { ConnectionStore } from '../../lib/vault/store.ts';
import type { Dice } from './dice.ts';
import type { Host } from './host.ts';
import { memoryStore, type Rows } from './memory-store.ts';
import type { Process } from './process.ts';
import type { Disturbance } from './scenarios.ts';
import type { Scheduler } from './scheduler.ts';

/** Everything that the processes of one trial share. */
export interface World {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly host: Host;
  readonly rows: Rows;
  readonly disturbance: Disturbance;
  readonly keys: { keyTime: readonly [number, number]; keyless: number };
  /** Epoch milliseconds of the scheduler's 0. */
  readonly epoch: number;
  /** What happened so far, line by line. */
  readonly trace: string[];
  /** Until when writes of a kind are refused. */
  readonly refusals: Map<string, number>;
  /** Requests to the table so far. */
  readonly requests: { count: number };
}

/** A protocol's way to the outside, in one process. */
export interface Lambda {
  readonly process: Process;
  readonly vault: Vault;
  readonly request: TokenRequest;
  readonly host: Host;
  /** One write of the table, with all that can go wrong; for protocols without the vault's store. */
  write<T>(effect: (rows: Rows) => T): Promise<T>;
}

/** What a protocol must do: get a token for the request, and give it to `use`. */
export type Protocol = (lambda: Lambda, use: (token: string) => Promise<void>) => Promise<void>;

const reads: readonly (keyof ConnectionStore)[] = ['read', 'entries', 'due'];

/** Milliseconds until a lost reply is noticed. */
const slowest = 400;

export function lambda(world: World, process: Process, ref: TokenRequest['ref']): Lambda {
  const { scheduler, dice, host, rows, disturbance, keys, epoch, trace, requests, refusals } =
    world;

  function note(event: string): void {
    trace.push(`${scheduler.now()} ${process.name} ${event}`);
  }

  const pause = () => scheduler.sleep(dice.between(...disturbance.travel));

  /** A request to the table: it travels, takes effect or not, and its answer travels back. */
  function reach<T>(name: string, isRead: boolean, effect: () => Promise<T>): Promise<T> {
    return process.step(async () => {
      requests.count += 1;
      await pause();
      try {
        return await answered(name, isRead, effect);
      } finally {
        await pause();
        process.setClock();
      }
    });
  }

  async function answered<T>(name: string, isRead: boolean, effect: () => Promise<T>): Promise<T> {
    if (isRefused(name)) {
      note(`${name} refused`);
      throw new ForgebridgeError('Misconfigured', { reason: 'table_refused' });
    }
    if (dice.chance(isRead ? disturbance.throttled / 3 : disturbance.throttled)) {
      note(`${name} throttled`);
      return unreached();
    }
    const result = await effect();
    note(`${name} ${shown(result)}`);
    if (isRead || !dice.chance(disturbance.echoed)) return result;
    await scheduler.sleep(dice.between(1, slowest));
    if (dice.chance(0.5)) return unreached();
    // As the SDK does by itself: the same write again.
    const again = await effect();
    note(`${name} again ${shown(again)}`);
    return again;
  }

  /** What begins to be refused with the first write of its kind, for as long as the disturbance says. */
  function isRefused(name: string): boolean {
    if (name !== 'storeTokens' && name !== 'put') return false;
    const [least, most] = name === 'put' ? disturbance.unstored : disturbance.refused;
    if (most === 0) return false;
    const until = refusals.get(name) ?? scheduler.now() + dice.between(least, most);
    refusals.set(name, until);
    return scheduler.now() < until;
  }

  const store = new Proxy(memoryStore(rows), {
    get(target, name: keyof ConnectionStore) {
      // All members of a store are methods, made by closure.
      const method = target[name] as (...parameters: unknown[]) => Promise<unknown>;
      return (...parameters: unknown[]) =>
        reach(name, reads.includes(name), () => method(...parameters));
    },
  });

  const vault: Vault = {
    store,
    sealer: {
      ready: () =>
        process.step(async () => {
          await scheduler.sleep(dice.between(...keys.keyTime));
          if (dice.chance(keys.keyless)) throw new ForgebridgeError('ProviderUnavailable');
          return (token, place) => process.step(async () => JSON.stringify({ token, ...place }));
        }),
    },
    opener: {
      open: (sealed, place) =>
        process.step(async () => {
          await pause();
          return opened(sealed, place);
        }),
    },
    providers: () => process.step(async () => host.client(process)),
    now: () => epoch + scheduler.now() + process.skew(),
    random: dice.next,
    sleep: (milliseconds) => process.step(() => scheduler.sleep(milliseconds)),
    timeLimit(milliseconds) {
      if (milliseconds < 0) throw new RangeError('as AbortSignal.timeout does');
      const end = new AbortController();
      scheduler.at(scheduler.now() + milliseconds, () => end.abort());
      return end.signal;
    },
    audit: ({ token, generation }) => note(`opened ${token} ${generation}`),
    count: note,
  };

  return {
    process,
    vault,
    host,
    request: { ref, caller: process.name, purpose: 'simulation', timeLeft: process.timeLeft },
    write: (effect) => reach('write', false, async () => effect(rows)),
  };
}

/** What the real table raises when a request did not get through, as far as the SDK can tell. */
function unreached(): Promise<never> {
  return reached('table', Promise.reject(new Error('throttled, or no answer')));
}

/** The token in what the faked sealing made of it; refused anywhere but at its own place. */
function opened(sealed: string, place: object): string {
  const { token, ...sealedFor } = JSON.parse(sealed);
  if (JSON.stringify(sealedFor) !== JSON.stringify(place)) {
    throw new ForgebridgeError('Misconfigured', { reason: 'sealed_token_refused' });
  }
  return token;
}

/** The refresh token of a record, or else its access token, by the faked sealing. */
export function lastingTokenOf({ refresh, access }: ConnectionRecord): string {
  return JSON.parse(refresh ?? access).token ?? '';
}

/** A result without random ids, which differ in every run. */
function shown(result: unknown): string {
  if (typeof result !== 'object' || result === null) return String(result);
  const { gen, status, leaseUntil } = { gen: '', status: '', leaseUntil: '', ...result };
  return `${gen} ${status} ${leaseUntil}`;
}
