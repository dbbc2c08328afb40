import type { Scheduler } from './scheduler.ts';

/** One invocation of a function, in a process of its own. */
export interface Process {
  readonly name: string;
  /** By how much its clock is wrong, in milliseconds. */
  readonly skew: number;
  /** Milliseconds until it is killed for having taken too long. */
  timeLeft(): number;
  alive(): boolean;
  /** Killed by a fault, and not by the end of its time. */
  crashed(): boolean;
  /** It has answered its caller. */
  ended: boolean;
  /**
   * One await of the code under test. What was sent takes effect whether or not the process lives to
   * see it; in a process that is gone nothing ever settles.
   */
  step<T>(send: () => Promise<T>): Promise<T>;
}

/** When a process is killed: at its n-th await, before or after sending, or at some time. */
export type Death =
  | { readonly step: number; readonly moment: 'before' | 'after' }
  | { readonly after: number };

export interface Birth {
  readonly name: string;
  readonly skew: number;
  /** Milliseconds until the platform ends it. */
  readonly life: number;
  readonly death?: Death | undefined;
}

export function startProcess(scheduler: Scheduler, birth: Birth): Process {
  const { name, skew, life, death } = birth;
  const born = scheduler.now();
  const doom = death !== undefined && 'after' in death ? born + death.after : born + life;
  const at = death !== undefined && 'step' in death ? death : undefined;
  const forever = new Promise<never>(() => {});
  let steps = 0;
  let killed = false;

  const process: Process = {
    name,
    skew,
    timeLeft: () => Math.max(0, born + life - scheduler.now()),
    alive: () => !killed && scheduler.now() < Math.min(doom, born + life),
    crashed: () => !process.ended && (killed || (doom < born + life && scheduler.now() >= doom)),
    ended: false,
    async step(send) {
      steps += 1;
      if (steps === at?.step && at.moment === 'before') killed = true;
      if (!process.alive()) return forever;
      if (steps === at?.step) killed = true;
      try {
        const result = await send();
        return process.alive() ? result : await forever;
      } catch (error) {
        if (!process.alive()) return forever;
        throw error;
      }
    },
  };
  return process;
}
