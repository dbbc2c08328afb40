import { setTimeout as realSleep } from 'node:timers/promises';
import type { Opener, Sealer } from '../../../lib/sealing/sealing.ts';
import type { Table } from '../../../lib/storage/table.ts';
import type { VirtualTime } from '../../harness/virtual-time.ts';

/** The table, but no time passes while it is asked. */
export function busyTable(time: VirtualTime, table: Table): Table {
  return new Proxy(table, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => time.busy(async () => member.apply(target, given));
    },
  });
}

export function busySealer(time: VirtualTime, sealer: Sealer): Sealer {
  return {
    ready: () =>
      time.busy(async () => {
        const seal = await sealer.ready();
        return (...given) => time.busy(() => seal(...given));
      }),
  };
}

export function busyOpener(time: VirtualTime, opener: Opener): Opener {
  return { open: (...given) => time.busy(() => opener.open(...given)) };
}

/** Time as it passes outside, which can be set forward. */
export function realTime(): VirtualTime {
  let skipped = 0;
  const sleep = async (milliseconds: number) => void (await realSleep(milliseconds));
  return {
    now: () => Date.now() + skipped,
    advance(milliseconds) {
      skipped += milliseconds;
    },
    sleep,
    within: sleep,
    timeLimit: (milliseconds) => AbortSignal.timeout(milliseconds),
    busy: (work) => work(),
  };
}
