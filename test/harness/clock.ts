/** A clock that goes on by itself and can be set forward. */
export interface Clock {
  /** Milliseconds; everything in this process sees the later time at once. */
  advance(milliseconds: number): void;
  /** From now on it stands, and goes on by what it is set forward alone, however slow the machine is. */
  stand(): void;
  /** Gives the process its own clock back. */
  restore(): void;
}

/**
 * Puts `Date` under control, timers untouched: a lease or a token can run out without waiting, while
 * sockets and sleeps go on as usual.
 */
export function takeClock(): Clock {
  const RealDate = Date;
  let offset = 0;
  let standing: number | undefined;
  const now = () => (standing ?? RealDate.now()) + offset;
  globalThis.Date = new Proxy(RealDate, {
    construct(target, given: unknown[], newTarget) {
      return Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget);
    },
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  return {
    advance(milliseconds) {
      offset += milliseconds;
    },
    stand() {
      standing ??= RealDate.now();
    },
    restore() {
      globalThis.Date = RealDate;
    },
  };
}
