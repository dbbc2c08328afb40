import { setImmediate as turn } from 'node:timers/promises';

/**
 * Time that passes only while somebody sleeps and nobody works, and then at once. However slow the
 * machine, what takes a second takes a second here, and an hour of waiting takes none.
 */
export interface VirtualTime {
  /** Epoch milliseconds. */
  now(): number;
  /** Lets time pass at once. */
  advance(milliseconds: number): void;
  /** Ends earlier when `ended` fires. */
  sleep(milliseconds: number, ended?: AbortSignal): Promise<void>;
  /** A signal that fires after that time. Nobody waits for it: it makes no time pass by itself. */
  timeLimit(milliseconds: number): AbortSignal;
  /** No time passes until the work is done, but what is slept {@link VirtualTime.within} it. */
  busy<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Sleeps as a part of busy work, such as the server that somebody is asking. */
  within(milliseconds: number, ended?: AbortSignal): Promise<void>;
}

interface Alarm {
  readonly at: number;
  readonly sleeper: boolean;
  ring(): void;
}

/** Turns of the event loop in which nothing began, until that counts as rest. */
const restful = 3;

export function virtualTime(begin = Date.now()): VirtualTime {
  let now = begin;
  let working = 0;
  let changes = 0;
  const alarms = new Set<Alarm>();

  async function passAtRest(): Promise<void> {
    changes += 1;
    const seen = changes;
    for (let turns = 0; turns < restful; turns += 1) {
      await turn();
      if (working !== 0 || changes !== seen) return;
    }
    const [next] = [...alarms].sort((one, two) => one.at - two.at);
    if (next === undefined || ![...alarms].some(({ sleeper }) => sleeper)) return;
    now = Math.max(now, next.at);
    alarms.delete(next);
    next.ring();
    void passAtRest();
  }

  function work(more: 1 | -1): void {
    working += more;
    void passAtRest();
  }

  function sleep(milliseconds: number, ended?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const alarm = { at: now + milliseconds, sleeper: true, ring: resolve };
    alarms.add(alarm);
    const wake = () => {
      alarms.delete(alarm);
      resolve();
    };
    if (ended?.aborted) wake();
    ended?.addEventListener('abort', wake);
    void passAtRest();
    return promise;
  }

  return {
    now: () => now,
    advance(milliseconds) {
      now += milliseconds;
      void passAtRest();
    },
    sleep,
    timeLimit(milliseconds) {
      const controller = new AbortController();
      const ring = () => controller.abort(new DOMException('The time is up', 'TimeoutError'));
      if (milliseconds <= 0) ring();
      else alarms.add({ at: now + milliseconds, sleeper: false, ring });
      return controller.signal;
    },
    async busy(start) {
      work(1);
      try {
        return await start();
      } finally {
        work(-1);
      }
    },
    async within(milliseconds, ended) {
      work(-1);
      try {
        await sleep(milliseconds, ended);
      } finally {
        work(1);
      }
    },
  };
}
