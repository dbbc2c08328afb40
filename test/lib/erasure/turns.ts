import { setImmediate as idle } from 'node:timers/promises';
import type { Dice } from '../../simulation/dice.ts';

/** Lets several who run at once reach what they share one at a time, in an order that the dice decide. */
export interface Turns {
  /** `target`, each call of whose methods waits for its turn. */
  of<T extends object>(target: T): T;
  /** Settles when all `actors` have. */
  drive(actors: readonly Promise<unknown>[]): Promise<void>;
}

export function turns({ between }: Dice): Turns {
  const waiting: (() => Promise<void>)[] = [];

  function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push(() => act().then(resolve, reject));
    return promise;
  }

  return {
    of: (target) =>
      new Proxy(target, {
        get(from, name) {
          const member: unknown = Reflect.get(from, name);
          if (typeof member !== 'function') return member;
          return (...given: unknown[]) => inTurn(async () => Reflect.apply(member, from, given));
        },
      }),
    async drive(actors) {
      let isOver = false;
      void Promise.allSettled(actors).then(() => {
        isOver = true;
      });
      while (!isOver) {
        // Whoever was let on gets to where it waits again.
        await idle();
        const [next] = waiting.splice(between(0, waiting.length - 1), 1);
        await next?.();
      }
    },
  };
}
