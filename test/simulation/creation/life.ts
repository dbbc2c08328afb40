import type { Scheduler } from '../scheduler.ts';

/** One invocation of a step's function. */
export interface Life {
  /** Milliseconds until it is ended from outside; never below 0. */
  timeLeft(): number;
  alive(): boolean;
  /** Tells when it is gone without having answered. */
  onDeath(tell: (name: string) => void): void;
  /**
   * One await of the code. What was sent takes effect whether or not the life is there to see it; in one
   * that is gone nothing ever settles.
   */
  step<T>(send: () => Promise<T>): Promise<T>;
}

export interface Fate {
  /** Milliseconds until the platform ends it. */
  readonly life: number;
  readonly death?: { readonly step: number; readonly moment: 'before' | 'after' };
  /** It stands still, and goes on afterwards though its time is over: it is not ended while frozen. */
  readonly frost?: { readonly step: number; readonly time: number };
}

/** What a thawed life does before somebody notices, in milliseconds. */
const afterlife = 5_000;

export function startLife(scheduler: Scheduler, { life, death, frost }: Fate): Life {
  const end = scheduler.now() + life;
  let doom = end;
  let dead = false;
  let steps = 0;
  let tell: (name: string) => void = () => {};
  const forever = new Promise<never>(() => {});

  function die(name: string): void {
    if (dead) return;
    dead = true;
    tell(name);
  }
  const expire = () =>
    scheduler.now() < doom ? scheduler.at(doom, expire) : die('Sandbox.Timedout');
  scheduler.at(doom, expire);

  /** What comes between an answer and the code that waits for it. */
  async function suffer(step: number): Promise<void> {
    if (step !== frost?.step) return;
    const thaw = scheduler.now() + frost.time;
    doom = Math.max(doom, thaw + afterlife);
    await scheduler.sleep(frost.time);
  }

  return {
    timeLeft: () => Math.max(0, end - scheduler.now()),
    alive: () => !dead,
    onDeath(listener) {
      tell = listener;
    },
    async step(send) {
      steps += 1;
      const own = steps;
      if (own === death?.step && death.moment === 'before') die('Lambda.Unknown');
      if (dead) return forever;
      const sent = send();
      if (own === death?.step) die('Lambda.Unknown');
      try {
        const result = await sent;
        await suffer(own);
        return dead ? await forever : result;
      } catch (error) {
        await suffer(own);
        if (dead) return forever;
        throw error;
      }
    },
  };
}
