import type { Scheduler } from './scheduler.ts';

/** One invocation of a function, in a process of its own. */
export interface Process {
  readonly name: string;
  /** By how much its clock is wrong, in milliseconds. */
  skew(): number;
  /** A clock that has jumped is set right again by the platform. */
  setClock(): void;
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

/** What happens to a process after the result of its n-th await, other than death. */
export interface Mishaps {
  /** It stands still for so many milliseconds. */
  readonly freeze?: { readonly step: number; readonly time: number };
  /** Its clock jumps by so many milliseconds. */
  readonly jump?: { readonly step: number; readonly by: number };
}

export interface Birth extends Mishaps {
  readonly name: string;
  readonly skew: number;
  /** Milliseconds until the platform ends it. */
  readonly life: number;
  readonly death?: Death | undefined;
}

/** With less left when it thaws, a process was as good as killed by the frost. */
const useful = 2_000;

export function startProcess(scheduler: Scheduler, birth: Birth): Process {
  const { name, skew, life, death, freeze, jump } = birth;
  const born = scheduler.now();
  const doom = death !== undefined && 'after' in death ? born + death.after : born + life;
  const at = death !== undefined && 'step' in death ? death : undefined;
  const forever = new Promise<never>(() => {});
  let steps = 0;
  let killed = false;
  let jumped = 0;

  /** What happens to the process while it waits, or right after. */
  async function suffer(step: number): Promise<void> {
    if (step === jump?.step) jumped = jump.by;
    if (step !== freeze?.step) return;
    await scheduler.sleep(freeze.time);
    if (process.timeLeft() < useful) killed = true;
  }

  const process: Process = {
    name,
    skew: () => skew + jumped,
    setClock() {
      jumped = 0;
    },
    timeLeft: () => Math.max(0, born + life - scheduler.now()),
    alive: () => !killed && scheduler.now() < Math.min(doom, born + life),
    crashed: () => !process.ended && (killed || (doom < born + life && scheduler.now() >= doom)),
    ended: false,
    async step(send) {
      steps += 1;
      const own = steps;
      if (own === at?.step && at.moment === 'before') killed = true;
      if (!process.alive()) return forever;
      if (own === at?.step) killed = true;
      try {
        const result = await send();
        await suffer(own);
        return process.alive() ? result : await forever;
      } catch (error) {
        await suffer(own);
        if (!process.alive()) return forever;
        throw error;
      }
    },
  };
  return process;
}
